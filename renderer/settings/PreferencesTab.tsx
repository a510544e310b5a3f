import { Button, SegmentedControl, Slider, Switch } from '@mantine/core';
import { type ReactNode, useId, useState } from 'react';
import type { Preferences } from '../../shared/contract/app.ts';
import type { Failure } from '../../shared/errors.ts';
import { languages } from '../../shared/language.ts';
import { useLook } from '../lists/calls.ts';
import { Awaited } from '../lists/Empty.tsx';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import { Paper } from '../lists/Screen.tsx';
import { SideSheet } from '../lists/SideSheet.tsx';
import { saySaved } from '../lists/said.ts';
import { useSite } from '../lists/site.ts';
import { useFailureText, useStationAction } from '../station.ts';
import { useText } from '../text/index.ts';
import { PinForm } from './PinForm.tsx';
import look from './settings.module.css';

const themes = ['light', 'dark', 'system'] as const;

/** This computer's own habits; each takes effect at once. */
export function PreferencesTab() {
  const looked = useLook('preferences.get', {});
  if (looked.value === undefined) {
    return (
      <Paper fill>
        <Awaited failure={looked.failure} onRetry={looked.again} />
      </Paper>
    );
  }
  return (
    <>
      <PreferencesForm stored={looked.value} again={looked.again} />
      <OwnPin />
    </>
  );
}

/** The PIN of whoever sits here. */
function OwnPin() {
  const t = useText();
  const { operator } = useSite();
  const change = useStationAction('staff.changePin');
  const [isOpen, setOpen] = useState(false);
  if (operator === null) return null;
  return (
    <Paper>
      <div className={look['rows']}>
        <Row label={t('settings.staff.ownPin')} hint={operator.name}>
          {() => (
            <Button variant="default" onClick={() => setOpen(true)}>
              {t('settings.staff.pinChange')}
            </Button>
          )}
        </Row>
      </div>
      <SideSheet title={t('settings.staff.pinChange')} isOpen={isOpen} onClose={() => setOpen(false)}>
        {isOpen && (
          <PinForm
            asksFormer
            save={({ former, fresh }) => change.run({ requestId: crypto.randomUUID(), pin: former, newPin: fresh })}
            onDone={() => {
              setOpen(false);
              saySaved(t('settings.staff.pinSaved'));
            }}
            onCancel={() => setOpen(false)}
          />
        )}
      </SideSheet>
    </Paper>
  );
}

function PreferencesForm(props: { readonly stored: Preferences; readonly again: () => void }) {
  const t = useText();
  const failureText = useFailureText();
  const set = useStationAction('preferences.set');
  const [draft, setDraft] = useState(props.stored);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function apply(change: Partial<Preferences>): Promise<void> {
    // Its switch in the bar may have been used since this page was opened.
    const next = { ...draft, privacy: props.stored.privacy, ...change };
    setDraft(next);
    setFailure(null);
    const reply = await set.run(next);
    if (reply.ok) props.again();
    else {
      setDraft(props.stored);
      setFailure(reply.error);
    }
  }

  return (
    <Paper>
      <div className={look['rows']}>
        <Row label={t('settings.preferences.language')}>
          {(id) => (
            <SegmentedControl
              aria-labelledby={id}
              value={draft.language}
              onChange={(value) => void apply({ language: languages.find((each) => each === value) ?? 'zh-CN' })}
              data={languages.map((value) => ({ value, label: t(`settings.preferences.languages.${value}`) }))}
            />
          )}
        </Row>
        <Row label={t('settings.preferences.theme')}>
          {(id) => (
            <SegmentedControl
              aria-labelledby={id}
              value={draft.theme}
              onChange={(value) => void apply({ theme: themes.find((each) => each === value) ?? 'system' })}
              data={themes.map((value) => ({ value, label: t(`settings.preferences.themes.${value}`) }))}
            />
          )}
        </Row>
        <Row label={t('settings.preferences.scale')} hint={t('settings.preferences.scaleHint')}>
          {() => (
            <Slider
              className={look['slider'] ?? ''}
              thumbProps={{ 'aria-label': t('settings.preferences.scale') }}
              min={80}
              max={160}
              step={10}
              label={(value) => `${value}%`}
              marks={[
                { value: 80 },
                { value: 100, label: '100%' },
                { value: 130, label: '130%' },
                { value: 160, label: '160%' },
              ]}
              value={draft.scale}
              onChange={(scale) => setDraft({ ...draft, scale })}
              onChangeEnd={(scale) => void apply({ scale })}
            />
          )}
        </Row>
        <Row label={t('settings.preferences.volume')}>
          {() => (
            <Slider
              className={look['slider'] ?? ''}
              thumbProps={{ 'aria-label': t('settings.preferences.volume') }}
              min={0}
              max={100}
              step={5}
              label={(value) => (value === 0 ? t('settings.preferences.volumeOff') : `${value}%`)}
              marks={[
                { value: 0, label: t('settings.preferences.volumeOff') },
                { value: 50, label: '50%' },
                { value: 100, label: '100%' },
              ]}
              value={draft.volume}
              onChange={(volume) => setDraft({ ...draft, volume })}
              onChangeEnd={(volume) => void apply({ volume })}
            />
          )}
        </Row>
        <Row label={t('settings.preferences.speakNames')} hint={t('settings.preferences.speakNamesHint')}>
          {(id) => (
            <Switch
              size="md"
              aria-labelledby={id}
              checked={draft.speakNames}
              onChange={(event) => void apply({ speakNames: event.currentTarget.checked })}
            />
          )}
        </Row>
        <Row label={t('settings.preferences.privacy')} hint={t('settings.preferences.privacyHint')}>
          {(id) => (
            <Switch
              size="md"
              aria-labelledby={id}
              checked={props.stored.privacy}
              onChange={(event) => void apply({ privacy: event.currentTarget.checked })}
            />
          )}
        </Row>
      </div>
      {failure !== null && <Notice tone="refused">{failureText(failure)}</Notice>}
      <p className={css['faint']}>{t('settings.preferences.atOnce')}</p>
    </Paper>
  );
}

function Row(props: {
  readonly label: string;
  readonly hint?: string;
  readonly children: (labelId: string) => ReactNode;
}) {
  const id = useId();
  return (
    <div className={look['row']}>
      <div className={look['rowWords']}>
        <div id={id} className={look['rowLabel']}>
          {props.label}
        </div>
        {props.hint !== undefined && <div className={css['quiet']}>{props.hint}</div>}
      </div>
      {props.children(id)}
    </div>
  );
}
