import { Button, Radio, TextInput } from '@mantine/core';
import { IconQrcode } from '@tabler/icons-react';
import { useState } from 'react';
import { ok } from '../../shared/errors.ts';
import { exportReasons } from '../../shared/model/disclosure.ts';
import css from '../lists/lists.module.css';
import { SideSheet } from '../lists/SideSheet.tsx';
import { may, useSite } from '../lists/site.ts';
import { useOntoPaper } from '../lists/useOntoPaper.tsx';
import { type StatedDraft, StatedReason, statedFault } from '../privacy/StatedReason.tsx';
import { useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';

type Draft = StatedDraft<(typeof exportReasons)[number]>;

/** Cards for the people on the screen, to hand out: masked, or by name for a reason by whoever may. */
export function CardsButton(props: { readonly query: string }) {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" leftSection={<IconQrcode size="1.125rem" aria-hidden />} onClick={() => setOpen(true)}>
        {t('people.cards.open')}
      </Button>
      <SideSheet title={t('people.cards.title')} isOpen={isOpen} onClose={() => setOpen(false)}>
        <Cards query={props.query} />
      </SideSheet>
    </>
  );
}

function Cards(props: { readonly query: string }) {
  const t = useText();
  const { language, operator } = useSite();
  const print = useStationAction('print.personCards');
  const [building, setBuilding] = useState('');
  const [isInClear, setInClear] = useState(false);
  const [reason, setReason] = useState<Draft>({ code: null, text: '' });
  const mayClear = may(operator, 'people.exportInClear');
  const isReady = !isInClear || (reason.code !== null && statedFault(reason) === null);
  const paper = useOntoPaper({
    isDisabled: !isReady,
    print: async (where) => {
      const reply = await print.run({
        requestId: crypto.randomUUID(),
        query: props.query,
        ...(building.trim() === '' ? {} : { building: building.trim() }),
        inClear: isInClear && reason.code !== null ? { code: reason.code, text: reason.text.trim() } : null,
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
      <p className={css['sheetUnder']}>{t('people.cards.hint')}</p>
      <dl className={css['facts']}>
        <dt>{t('people.cards.who')}</dt>
        <dd>{props.query === '' ? t('people.cards.everybody') : t('people.cards.found', { query: props.query })}</dd>
      </dl>
      <TextInput
        label={t('people.cards.building')}
        description={t('people.cards.buildingHint')}
        maxLength={60}
        autoComplete="off"
        value={building}
        onChange={(event) => setBuilding(event.currentTarget.value)}
      />
      <Radio.Group
        label={t('people.cards.names')}
        value={isInClear ? 'inClear' : 'masked'}
        onChange={(value) => setInClear(value === 'inClear')}
      >
        <div className={css['choices']}>
          <Radio value="masked" label={t('people.cards.masked')} description={t('people.cards.maskedHint')} />
          {mayClear && (
            <Radio value="inClear" label={t('people.cards.inClear')} description={t('people.cards.inClearHint')} />
          )}
        </div>
      </Radio.Group>
      {isInClear && (
        <StatedReason
          codes={exportReasons}
          word={(code) => t(`privacy.export.reason.${code}`)}
          value={reason}
          isTried={false}
          refused={null}
          onChange={setReason}
        />
      )}
      <p className={css['faint']}>{t('people.cards.code')}</p>
      {paper.buttons}
      {paper.notes}
    </div>
  );
}
