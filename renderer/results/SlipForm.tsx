import { Button, Radio } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import { ok } from '../../shared/errors.ts';
import type { Language } from '../../shared/language.ts';
import { slipReasons } from '../../shared/model/disclosure.ts';
import { type SlipSize, slipSizes, slipStatuses } from '../../shared/model/slip.ts';
import type { TestStatus } from '../../shared/model/test.ts';
import css from '../lists/lists.module.css';
import { may, useSite } from '../lists/site.ts';
import { useOntoPaper } from '../lists/useOntoPaper.tsx';
import { type StatedDraft, StatedReason, statedFault } from '../privacy/StatedReason.tsx';
import { useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';

/** Whether there is something that a slip could tell. */
export function hasSlip(status: TestStatus): boolean {
  return slipStatuses.some((each) => each === status);
}

/** A button that unfolds the form, where a sheet is open already. */
export function SlipPart(props: { readonly testId: string; readonly status: TestStatus }) {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  if (!hasSlip(props.status)) return null;
  if (!isOpen)
    return (
      <div className={css['buttons']}>
        <Button
          variant="default"
          leftSection={<IconPrinter size="1.125rem" aria-hidden />}
          onClick={() => setOpen(true)}
        >
          {t('slip.open')}
        </Button>
      </div>
    );
  return (
    <div className={css['sheetPart']}>
      <h3 className={css['section']}>{t('slip.title')}</h3>
      <SlipForm testId={props.testId} />
    </div>
  );
}

/** Size and language as they were chosen last in this window: a desk prints one kind all day. */
let lastChosen: { readonly size: SlipSize; readonly language: Language } | null = null;

/** One person's result on paper: which language, which size, masked or for a reason in full. */
export function SlipForm(props: { readonly testId: string }) {
  const t = useText();
  const { language: shown, operator } = useSite();
  const print = useStationAction('print.slip');
  const [language, setLanguage] = useState<Language>(lastChosen?.language ?? shown);
  const [size, setSize] = useState<SlipSize>(lastChosen?.size ?? 'a5');
  const [isInClear, setInClear] = useState(false);
  const [reason, setReason] = useState<StatedDraft<(typeof slipReasons)[number]>>({ code: null, text: '' });
  const isReady = !isInClear || (reason.code !== null && statedFault(reason) === null);
  const paper = useOntoPaper({
    isDisabled: !isReady,
    print: async (where) => {
      lastChosen = { size, language };
      const reply = await print.run({
        requestId: crypto.randomUUID(),
        testId: props.testId,
        inClear: isInClear && reason.code !== null ? { code: reason.code, text: reason.text.trim() } : null,
        size,
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
      <p className={css['quiet']}>{t('slip.hint')}</p>
      <Radio.Group
        label={t('slip.language')}
        value={language}
        onChange={(value) => setLanguage(value === 'en' ? 'en' : 'zh-CN')}
      >
        <div className={css['choices']}>
          <Radio value="zh-CN" label="中文" lang="zh-CN" />
          <Radio value="en" label="English" lang="en" />
        </div>
      </Radio.Group>
      <Radio.Group
        label={t('slip.size')}
        value={size}
        onChange={(value) => setSize(slipSizes.find((each) => each === value) ?? 'a5')}
      >
        <div className={css['choices']}>
          {slipSizes.map((each) => (
            <Radio key={each} value={each} label={t(`slip.sizes.${each}`)} description={t(`slip.sizeHints.${each}`)} />
          ))}
        </div>
      </Radio.Group>
      {may(operator, 'people.exportInClear') && (
        <Radio.Group
          label={t('people.cards.names')}
          value={isInClear ? 'inClear' : 'masked'}
          onChange={(value) => setInClear(value === 'inClear')}
        >
          <div className={css['choices']}>
            <Radio value="masked" label={t('people.cards.masked')} description={t('slip.maskedHint')} />
            <Radio value="inClear" label={t('people.cards.inClear')} description={t('slip.inClearHint')} />
          </div>
        </Radio.Group>
      )}
      {isInClear && (
        <StatedReason
          codes={slipReasons}
          word={(code) => t(`slip.reason.${code}`)}
          value={reason}
          isTried={false}
          refused={null}
          onChange={setReason}
        />
      )}
      {paper.buttons}
      {paper.notes}
    </div>
  );
}
