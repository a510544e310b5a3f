import { Autocomplete, Button, NumberInput, Radio, Select, Switch, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import type { SiteSettings } from '../../shared/contract/settings.ts';
import type { Failure } from '../../shared/errors.ts';
import { type FollowUpDue, type FollowUpStep, followUpSteps } from '../../shared/model/followUp.ts';
import type { SiteRule } from '../../shared/model/siteRules.ts';
import { usualLowStock } from '../../shared/model/stock.ts';
import { desk } from '../desk/deskStore.ts';
import { readMinutes } from '../kits/productForm.ts';
import { useLook } from '../lists/calls.ts';
import { Awaited } from '../lists/Empty.tsx';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { Paper } from '../lists/Screen.tsx';
import { saySaved } from '../lists/said.ts';
import { useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import { checkName, checkOffset, isZone, nameMost } from './checks.ts';
import look from './settings.module.css';

/** Names, the rule that the reading window follows, and what happens to kits that are on no list. */
export function SiteTab() {
  const looked = useLook('settings.get', {});
  const rules = useLook('settings.rules', {});
  if (looked.value === undefined || rules.value === undefined) {
    return (
      <Paper fill>
        <Awaited
          failure={looked.failure ?? rules.failure}
          onRetry={() => {
            looked.again();
            rules.again();
          }}
        />
      </Paper>
    );
  }
  return (
    <SiteForm
      key={JSON.stringify([looked.value, rules.value])}
      stored={looked.value}
      byCentral={rules.value.byCentral}
      again={looked.again}
    />
  );
}

/** Minutes until the desk locks itself, 0 for never; what is set stays among them. */
function lockChoices(set: number | null): readonly number[] {
  return [...new Set([1, 3, 5, 10, 20, 30, 60, set ?? 0])]
    .filter((n) => n > 0)
    .sort((a, b) => a - b)
    .concat(0);
}

type Dues = Readonly<Record<FollowUpStep, string>>;

function duesOf(due: FollowUpDue): Dues {
  return Object.fromEntries(followUpSteps.map((step) => [step, String(due[step])])) as Dues;
}

/** Whole minutes from 1 to a week, or null. */
function dueOf(typed: string): number | null {
  const n = Number(typed.trim());
  return /^\d{1,5}$/.test(typed.trim()) && n >= 1 && n <= 10_080 ? n : null;
}

/** What each rule is called on this page. */
const ruleWords = {
  siteContact: 'settings.site.siteContact',
  windowFrom: 'settings.site.window',
  windowOffsetMin: 'settings.site.offset',
  unknownKit: 'settings.site.unknownKit',
  noSerialKit: 'settings.site.noSerialKit',
  askConsent: 'settings.site.askConsent',
  followUpDue: 'settings.site.followUpDueShort',
  lowStock: 'settings.site.lowStock',
} as const satisfies Record<SiteRule, string>;

function SiteForm(props: {
  readonly stored: SiteSettings;
  readonly byCentral: readonly SiteRule[];
  readonly again: () => void;
}) {
  const t = useText();
  const failureText = useFailureText();
  const set = useStationAction('settings.set');
  const { stored, byCentral } = props;
  const isSet = (rule: SiteRule): boolean => byCentral.includes(rule);
  const [draft, setDraft] = useState(stored);
  const [offset, setOffset] = useState(String(stored.windowOffsetMin));
  const [dues, setDues] = useState(duesOf(stored.followUpDue));
  const [failure, setFailure] = useState<Failure | null>(null);
  const zones = useMemo(() => Intl.supportedValuesOf('timeZone'), []);

  const nameWords = (text: string): string | null => {
    const fault = checkName(text);
    return fault === null ? null : t(`settings.site.${fault}`, { most: nameMost });
  };
  const offsetFault = draft.windowFrom === 'binding' ? checkOffset(offset) : null;
  const next: SiteSettings = {
    ...draft,
    siteName: draft.siteName.trim(),
    stationName: draft.stationName.trim(),
    siteContact: (draft.siteContact ?? '').trim(),
    zone: draft.zone.trim(),
    windowOffsetMin: offsetFault === null ? (readMinutes(offset) ?? stored.windowOffsetMin) : stored.windowOffsetMin,
    followUpDue: { ...stored.followUpDue },
  };
  for (const step of followUpSteps) next.followUpDue[step] = dueOf(dues[step]) ?? stored.followUpDue[step];
  const areDuesSound = followUpSteps.every((step) => dueOf(dues[step]) !== null);
  const isChanged = JSON.stringify(next) !== JSON.stringify(stored) || offsetFault !== null || !areDuesSound;
  const isSound =
    checkName(draft.siteName) === null &&
    checkName(draft.stationName) === null &&
    isZone(next.zone) &&
    areDuesSound &&
    offsetFault === null;

  async function submit(): Promise<void> {
    if (!isSound || !isChanged || set.isBusy) return;
    setFailure(null);
    const reply = await set.run({ requestId: crypto.randomUUID(), settings: next });
    if (!reply.ok) return setFailure(reply.error);
    void desk.look();
    saySaved(t('settings.saved'));
    props.again();
  }
  useHotkeys([['mod+S', () => void submit()]], []);

  return (
    <Paper>
      <form
        className={css['formNarrow']}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {byCentral.length > 0 && (
          <Notice tone="attention">
            {t('settings.site.byCentral', {
              rules: byCentral.map((rule) => t(ruleWords[rule])).join(t('settings.site.and')),
            })}
          </Notice>
        )}
        <TextInput
          label={t('settings.site.siteName')}
          description={t('settings.site.siteNameHint')}
          value={draft.siteName}
          onChange={(event) => setDraft({ ...draft, siteName: event.currentTarget.value })}
          error={nameWords(draft.siteName)}
        />
        <TextInput
          label={t('settings.site.siteContact')}
          description={t('settings.site.siteContactHint')}
          maxLength={100}
          readOnly={isSet('siteContact')}
          value={draft.siteContact ?? ''}
          onChange={(event) => setDraft({ ...draft, siteContact: event.currentTarget.value })}
        />
        <div className={css['pair']}>
          <TextInput
            label={t('settings.site.stationName')}
            description={t('settings.site.stationNameHint')}
            value={draft.stationName}
            onChange={(event) => setDraft({ ...draft, stationName: event.currentTarget.value })}
            error={nameWords(draft.stationName)}
          />
          <Autocomplete
            label={t('settings.site.zone')}
            description={t('settings.site.zoneHint')}
            data={zones}
            limit={30}
            value={draft.zone}
            onChange={(zone) => setDraft({ ...draft, zone })}
            error={isZone(draft.zone.trim()) ? null : t('settings.site.zoneUnknown')}
          />
        </div>
        <Radio.Group
          label={t('settings.site.window')}
          value={draft.windowFrom}
          onChange={(value) => setDraft({ ...draft, windowFrom: value === 'drop' ? 'drop' : 'binding' })}
        >
          <div className={css['choices']}>
            <Radio
              value="binding"
              disabled={isSet('windowFrom')}
              label={t('settings.site.windowBinding')}
              description={t('settings.site.windowBindingHint')}
            />
            <Radio
              value="drop"
              disabled={isSet('windowFrom')}
              label={t('settings.site.windowDrop')}
              description={t('settings.site.windowDropHint')}
            />
          </div>
        </Radio.Group>
        {draft.windowFrom === 'binding' && (
          <TextInput
            label={t('settings.site.offset')}
            description={t('settings.site.offsetHint')}
            className={css['short'] ?? ''}
            inputMode="decimal"
            readOnly={isSet('windowOffsetMin')}
            value={offset}
            onChange={(event) => setOffset(event.currentTarget.value)}
            error={offsetFault === null ? null : t(`settings.site.${offsetFault}`)}
            rightSection={<span className={css['unit']}>{t('lists.minutes')}</span>}
            rightSectionWidth="4.5rem"
          />
        )}
        <Radio.Group
          label={t('settings.site.unknownKit')}
          value={draft.unknownKit}
          onChange={(value) => setDraft({ ...draft, unknownKit: value === 'refuse' ? 'refuse' : 'warn' })}
        >
          <div className={css['choices']}>
            <Radio
              value="warn"
              disabled={isSet('unknownKit')}
              label={t('settings.site.unknownWarn')}
              description={t('settings.site.unknownWarnHint')}
            />
            <Radio
              value="refuse"
              disabled={isSet('unknownKit')}
              label={t('settings.site.unknownRefuse')}
              description={t('settings.site.unknownRefuseHint')}
            />
          </div>
        </Radio.Group>
        <Radio.Group
          label={t('settings.site.noSerialKit')}
          value={draft.noSerialKit}
          onChange={(value) => setDraft({ ...draft, noSerialKit: value === 'refuse' ? 'refuse' : 'sticker' })}
        >
          <div className={css['choices']}>
            <Radio
              value="sticker"
              disabled={isSet('noSerialKit')}
              label={t('settings.site.noSerialSticker')}
              description={t('settings.site.noSerialStickerHint')}
            />
            <Radio
              value="refuse"
              disabled={isSet('noSerialKit')}
              label={t('settings.site.noSerialRefuse')}
              description={t('settings.site.noSerialRefuseHint')}
            />
          </div>
        </Radio.Group>
        <Switch
          label={t('settings.site.askConsent')}
          description={t('settings.site.askConsentHint')}
          disabled={isSet('askConsent')}
          checked={draft.askConsent ?? false}
          onChange={(event) => setDraft({ ...draft, askConsent: event.currentTarget.checked })}
        />
        {(['perProduct', 'total'] as const).map((of) => (
          <NumberInput
            key={of}
            label={t(of === 'perProduct' ? 'stock.lowProduct' : 'stock.lowTotal')}
            description={t('stock.lowHint')}
            className={css['short'] ?? ''}
            min={0}
            max={100_000}
            readOnly={isSet('lowStock')}
            value={(draft.lowStock ?? usualLowStock)[of] ?? 0}
            onChange={(value) =>
              setDraft({
                ...draft,
                lowStock: { ...(draft.lowStock ?? usualLowStock), [of]: Number(value) === 0 ? null : Number(value) },
              })
            }
          />
        ))}
        <Select
          label={t('settings.site.autoLock')}
          description={t('settings.site.autoLockHint')}
          className={css['short'] ?? ''}
          allowDeselect={false}
          value={String(draft.autoLockMin ?? 0)}
          onChange={(value) => setDraft({ ...draft, autoLockMin: Number(value) === 0 ? null : Number(value) })}
          data={lockChoices(stored.autoLockMin ?? null).map((minutes) => ({
            value: String(minutes),
            label: minutes === 0 ? t('settings.site.autoLockNever') : t('settings.site.autoLockMin', { n: minutes }),
          }))}
        />
        <fieldset className={look['dues']}>
          <legend>{t('settings.site.followUpDue')}</legend>
          {followUpSteps.map((step) => (
            <TextInput
              key={step}
              label={t(`followUps.step.${step}`)}
              inputMode="numeric"
              maxLength={5}
              readOnly={isSet('followUpDue')}
              value={dues[step]}
              onChange={(event) => setDues({ ...dues, [step]: event.currentTarget.value })}
              error={dueOf(dues[step]) === null ? t('settings.site.followUpDueWrong') : null}
              rightSection={<span className={css['unit']}>{t('lists.minutes')}</span>}
              rightSectionWidth="4.5rem"
            />
          ))}
        </fieldset>
        <Notice tone="neutral">
          {t('settings.site.fromNow')} {t('settings.site.shared')}
        </Notice>
        {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
        <div className={css['buttons']}>
          <Button type="submit" loading={set.isBusy} disabled={!isSound || !isChanged}>
            {t('lists.save')}
          </Button>
          {isChanged && (
            <Button
              variant="default"
              onClick={() => {
                setDraft(stored);
                setOffset(String(stored.windowOffsetMin));
                setDues(duesOf(stored.followUpDue));
              }}
            >
              {t('settings.discard')}
            </Button>
          )}
        </div>
      </form>
    </Paper>
  );
}
