import { IconInfoCircle } from '@tabler/icons-react';
import { useState } from 'react';
import frame from '../frame/frame.module.css';
import { goTo, useScreen } from '../frame/where.ts';
import { may, useSite } from '../lists/site.ts';
import { useTraces } from '../scan/traces.ts';
import { useStation } from '../station.ts';
import { useText } from '../text/index.ts';
import look from './scanners.module.css';

/** One scan without suffix may be a cut-off one; the second tells. */
const tellingScans = 2;
/** Said once while the program runs, whoever signs in. */
let wasSaid = false;

/** Says calmly that the gun in hand ends its scans with nothing. A site that knows (its profile says so) is not told. */
export function SuffixHint() {
  const t = useText();
  const { operator } = useSite();
  const screen = useScreen();
  const known = useStation('preferences.get', {}).data?.wedge?.suffix === 'none';
  const [count, setCount] = useState(0);
  const [isGone, setGone] = useState(wasSaid);
  useTraces((trace) => {
    if (trace.outcome !== 'scan' || isGone) return;
    setCount((before) => (trace.suffix === 'none' ? before + 1 : 0));
  });
  if (isGone || known || count < tellingScans || screen === 'scanners' || operator === null) return null;
  const dismiss = () => {
    wasSaid = true;
    setGone(true);
  };
  const maySee = may(operator, 'guns.edit');
  return (
    <div className={look['hint']} role="status" data-suffix-hint>
      <IconInfoCircle size="1.25rem" aria-hidden />
      <span>
        {t('scanners.suffixHint')}
        {!maySee && ` ${t('scanners.suffixHintTell')}`}
      </span>
      {maySee && (
        <button
          type="button"
          className={frame['noticeButton']}
          onClick={(event) => {
            dismiss();
            goTo('scanners');
            if (event.detail > 0) event.currentTarget.blur();
          }}
        >
          {t('scanners.suffixHintOpen')}
        </button>
      )}
      <button type="button" className={frame['noticeButton']} onClick={dismiss}>
        {t('frame.dismiss')}
      </button>
    </div>
  );
}
