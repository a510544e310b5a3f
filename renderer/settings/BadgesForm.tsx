import { Switch } from '@mantine/core';
import { useState } from 'react';
import { ok } from '../../shared/errors.ts';
import type { Operator } from '../../shared/model/staff.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { useSite } from '../lists/site.ts';
import { useOntoPaper } from '../lists/useOntoPaper.tsx';
import { useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';

/** Badges onto paper. A renewed one ends the old one at once, which is what a lost badge needs. */
export function BadgesForm(props: { readonly operators: readonly Operator[] }) {
  const t = useText();
  const { language } = useSite();
  const print = useStationAction('print.badges');
  const [isRenewed, setRenewed] = useState(false);
  // The same for as long as nothing is changed: paper that failed is made again with the very same codes.
  const [requestId, setRequestId] = useState(() => crypto.randomUUID());
  const { operators } = props;
  const paper = useOntoPaper({
    print: async (where) => {
      const reply = await print.run({
        requestId,
        operatorIds: operators.map(({ id }) => id),
        renew: isRenewed,
        language,
        ...where,
      });
      if (!reply.ok) return reply;
      const { path } = reply.value;
      return ok(path === null ? t('lists.paper.printed') : t('lists.paper.savedTo', { path }));
    },
  });
  return (
    <div className={css['form']}>
      <p className={css['sheetUnder']}>
        {t('settings.staff.badgesOf', {
          names: operators.map(({ name }) => name).join(language === 'en' ? ', ' : '、'),
        })}
      </p>
      <Switch
        label={t('settings.staff.badgeRenew')}
        description={t('settings.staff.badgeRenewHint')}
        checked={isRenewed}
        onChange={(event) => {
          setRenewed(event.currentTarget.checked);
          setRequestId(crypto.randomUUID());
        }}
      />
      {isRenewed && <Notice tone="attention">{t('settings.staff.badgeRenewWarning')}</Notice>}
      {paper.buttons}
      {paper.notes}
    </div>
  );
}
