import { Activity, Component, type ReactNode, Suspense, useState } from 'react';
import type { DeskView } from '../../shared/model/desk.ts';
import { DeskScreen } from '../desk/DeskScreen.tsx';
import { screens } from '../screens.ts';
import { useText } from '../text/index.ts';
import css from './frame.module.css';
import { goTo, useScreen } from './where.ts';

/**
 * The screens behind the sign-in. While the desk is locked nothing of them is seen, heard or reached; whoever locked it
 * finds them as they were left, anybody else finds them new.
 */
export function Screens(props: { readonly view: DeskView }) {
  const { operator } = props.view;
  const [whose, setWhose] = useState(operator?.id ?? null);
  if (operator !== null && operator.id !== whose) setWhose(operator.id);
  if (whose === null) return null;
  return (
    <Activity mode={operator === null ? 'hidden' : 'visible'}>
      <Current key={whose} view={props.view} />
    </Activity>
  );
}

/** The screen of the moment. The desk itself needs no loading, so that a scan from anywhere finds it there. */
function Current(props: { readonly view: DeskView }) {
  const current = useScreen();
  const Shown = screens.find((screen) => screen.key === current)?.component ?? null;
  return (
    <Guard key={current}>
      {Shown === null ? (
        // Whoever stood at a locked desk is gone, also from the page.
        props.view.operator !== null && <DeskScreen view={props.view} />
      ) : (
        <Suspense fallback={null}>
          <Shown />
        </Suspense>
      )}
    </Guard>
  );
}

/** A bug on one screen stays on it. */
class Guard extends Component<{ readonly children: ReactNode }, { readonly isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError(): { readonly isBroken: boolean } {
    return { isBroken: true };
  }

  override render(): ReactNode {
    if (!this.state.isBroken) return this.props.children;
    return <Broken onAgain={() => this.setState({ isBroken: false })} />;
  }
}

function Broken(props: { readonly onAgain: () => void }) {
  const t = useText();
  return (
    <div className={css['broken']} role="alert">
      <p>{t('frame.bug')}</p>
      <div className={css['brokenKeys']}>
        <button type="button" className={css['plainButton']} onClick={props.onAgain}>
          {t('frame.bugAgain')}
        </button>
        <button type="button" className={css['plainButton']} onClick={() => goTo('desk')}>
          {t('frame.screens.desk')}
        </button>
      </div>
    </div>
  );
}
