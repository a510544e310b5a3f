import { Button } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import { useText } from '../text/index.ts';

/** The button that prints the test sheet. Without `print` there is none: nothing that cannot be pressed is shown. */
export function PrintTestSheet(props: { readonly print?: () => Promise<void> }) {
  const t = useText();
  const [isBusy, setBusy] = useState(false);
  const { print } = props;
  if (print === undefined) return null;
  return (
    <Button
      variant="default"
      leftSection={<IconPrinter size="1.125rem" aria-hidden />}
      loading={isBusy}
      onClick={() => {
        setBusy(true);
        void print().finally(() => setBusy(false));
      }}
    >
      {t('scanners.print')}
    </Button>
  );
}
