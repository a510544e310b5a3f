import type { Stage } from '../../shared/model/desk.ts';
import { shownName } from '../privacy/privacy.ts';
import type { Text } from '../text/index.ts';
import type { DeskHand } from './hand.ts';
import { refusalWords } from './words.ts';

/** What just happened in one sentence, for a screen reader. A result's outcome is never said. */
export function outcomeSentence(
  t: Text,
  stage: Stage,
  place: Pick<DeskHand, 'zone' | 'language'>,
  nowMs: number,
  hides: boolean,
): string {
  switch (stage.kind) {
    case 'idle':
      return t('desk.idle.word');
    case 'person':
      return `${shownName(stage.person, hides)} · ${t('desk.person.word')}`;
    case 'kit':
      return `${t('desk.kit.tail', { tail: stage.kit.tail })} · ${t('desk.kit.word')}`;
    case 'choose':
      return `${t('desk.choose.word')} ${t('desk.choose.hint')}`;
    case 'newPerson':
      return t('desk.newPerson.word');
    case 'secondTest':
      return `${shownName(stage.person, hides)} · ${t('desk.secondTest.word')} · ${t('desk.secondTest.hint')}`;
    case 'bound':
      return `${shownName(stage.test.person, hides)} · ${t('desk.bound.word')}`;
    case 'test':
      if (stage.slip !== null)
        return `${shownName(stage.test.person, hides)} · ${t(`slip.scanned.${stage.slip.standing}`)}`;
      return `${shownName(stage.test.person, hides)} · ${stage.blockedBy === null ? t('desk.test.readable') : t(`desk.test.${stage.blockedBy}`)}`;
    case 'dropped':
      return `${shownName(stage.test.person, hides)} · ${t('desk.dropped.word')}`;
    case 'confirmPositive':
      return t('desk.confirm.word');
    case 'recorded':
      return `${shownName(stage.test.person, hides)} · ${t('desk.recorded.word')}`;
    case 'voidReason':
      return `${t('desk.voidReason.word')} · ${t('desk.voidReason.hint')}`;
    case 'voided':
      return t('desk.voided.word');
    case 'undone':
      return t('desk.undone.word');
    case 'refused': {
      const words = refusalWords(t, place, stage, nowMs);
      return `${words.title} · ${words.todo} · ${words.why}`;
    }
  }
}
