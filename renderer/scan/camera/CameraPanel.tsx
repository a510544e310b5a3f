import { NativeSelect } from '@mantine/core';
import {
  IconAlertTriangle,
  IconBulb,
  IconBulbOff,
  IconCamera,
  IconCameraOff,
  IconCircleCheck,
  IconCircleX,
  IconFocusCentered,
  IconPhoto,
  IconPlayerPause,
  IconX,
  type TablerIcon,
} from '@tabler/icons-react';
import { type DragEvent, type MouseEvent, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { type Text, useText } from '../../text/index.ts';
import { Kbd } from '../../ui/Kbd.tsx';
import css from './camera.module.css';
import { searched } from './region.ts';
import type { PictureOutcome, ScanCamera, ScanCameraState } from './scanCamera.ts';
import { type CameraPanelHand, pictureOf } from './useCameraPanel.ts';

type Said = {
  readonly tone: 'neutral' | 'waiting' | 'done' | 'attention' | 'refused';
  readonly icon: TablerIcon;
  readonly words: string;
};

/** The desk wants no field with focus: a press by hand leaves none. */
function letGo(event: MouseEvent<HTMLElement>): void {
  if (event.detail > 0) event.currentTarget.blur();
}

/** Small and calm, at the top of the right half: the camera's picture, one state word, what can be chosen. */
export function CameraPanel(props: { readonly hand: CameraPanelHand }) {
  const { camera } = props.hand;
  return camera === null ? null : <OpenPanel camera={camera} hand={props.hand} />;
}

function OpenPanel(props: { readonly camera: ScanCamera; readonly hand: CameraPanelHand }) {
  const t = useText();
  const { camera, hand } = props;
  const state = useSyncExternalStore(camera.subscribe, camera.now);
  const [isDraggedOver, setDraggedOver] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);

  const onDrag = (event: DragEvent): void => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setDraggedOver(event.type === 'dragover');
  };
  return (
    <section
      className={css['panel']}
      aria-label={t('camera.title')}
      data-camera={state.light}
      data-problem={state.problem ?? ''}
      data-reader={state.reader}
      data-picture={state.picture ?? ''}
      onDragOver={onDrag}
      onDragLeave={onDrag}
      onDrop={(event) => {
        event.preventDefault();
        setDraggedOver(false);
        const file = pictureOf(event.dataTransfer.files);
        if (file !== null) hand.readPicture(file);
      }}
    >
      <header className={css['head']}>
        <IconCamera size="1.25rem" stroke={1.8} aria-hidden />
        <h2 className={css['title']}>{t('camera.title')}</h2>
        {state.torch !== null && (
          <button
            type="button"
            className={css['key']}
            aria-pressed={state.torch === 'on'}
            onClick={(event) => {
              letGo(event);
              camera.toggleTorch();
            }}
          >
            {state.torch === 'on' ? (
              <IconBulbOff size="1.125rem" aria-hidden />
            ) : (
              <IconBulb size="1.125rem" aria-hidden />
            )}
            {t(state.torch === 'on' ? 'camera.torchOff' : 'camera.torchOn')}
          </button>
        )}
        <button type="button" className={css['key']} onClick={hand.close}>
          <IconX size="1.125rem" aria-hidden />
          {t('camera.close')} <Kbd>{t('desk.keys.esc')}</Kbd>
        </button>
      </header>
      {isDraggedOver ? (
        <div className={css['screen']} data-drop="yes">
          <IconPhoto size="2rem" stroke={1.5} aria-hidden />
          <p>{t('camera.drop')}</p>
        </div>
      ) : (
        <Screen camera={camera} state={state} />
      )}
      <State said={state.picture === null ? said(t, state) : pictureSaid(t, state.picture)} />
      <div className={css['foot']}>
        {state.cameras.length > 1 && (
          <NativeSelect
            className={css['choice'] ?? ''}
            size="sm"
            aria-label={t('camera.choose')}
            value={state.cameraId ?? ''}
            onChange={(event) => {
              camera.choose(event.currentTarget.value);
              event.currentTarget.blur();
            }}
            data={state.cameras.map(({ id, name }, index) => ({
              value: id,
              label: name === '' ? t('camera.unnamed', { n: index + 1 }) : name,
            }))}
          />
        )}
        <button
          type="button"
          className={css['button']}
          onClick={(event) => {
            letGo(event);
            chooser.current?.click();
          }}
        >
          <IconPhoto size="1.125rem" stroke={1.8} aria-hidden />
          {t('camera.file')}
        </button>
        <input
          ref={chooser}
          type="file"
          accept="image/*"
          hidden
          onChange={(event) => {
            const file = pictureOf(event.currentTarget.files);
            // The same file may be chosen again.
            event.currentTarget.value = '';
            if (file !== null) hand.readPicture(file);
          }}
        />
        {state.cameras.length <= 1 && <span className={css['hint']}>{t('camera.fileHint')}</span>}
      </div>
    </section>
  );
}

/** The picture with the frame that is searched, or why there is none. The picture is never mirrored: it is no mirror. */
function Screen(props: { readonly camera: ScanCamera; readonly state: ScanCameraState }) {
  const t = useText();
  const { camera, state } = props;
  const video = useRef<HTMLVideoElement>(null);
  const [shape, setShape] = useState('16 / 9');
  const { stream } = state;
  useEffect(() => {
    const element = video.current;
    if (element === null || stream === null) return;
    element.srcObject = stream;
    // It starts by itself; a start that is cut short by the next stream is no fault.
    void element.play().catch(() => undefined);
    const end = camera.watch(element);
    return () => {
      end();
      element.srcObject = null;
    };
  }, [camera, stream]);

  if (state.reader === 'failed') return <Trouble problem="reader" onAgain={camera.startReaderAgain} />;
  if (state.problem !== null) return <Trouble problem={state.problem} onAgain={camera.turnOn} />;
  if (stream === null) {
    return (
      <div className={css['screen']}>
        <IconCameraOff size="2rem" stroke={1.5} aria-hidden />
        {state.light === 'off' && (
          <button type="button" className={css['button']} onClick={camera.turnOn}>
            <IconCamera size="1.125rem" stroke={1.8} aria-hidden />
            {t('camera.turnOn')} <Kbd>{t('camera.key')}</Kbd>
          </button>
        )}
      </div>
    );
  }
  return (
    <div className={css['screen']} data-live="yes">
      <div className={css['picture']} style={{ aspectRatio: shape }}>
        <video
          ref={video}
          className={css['video']}
          aria-label={t('camera.picture')}
          muted
          playsInline
          onResize={(event) => {
            const { videoWidth, videoHeight } = event.currentTarget;
            if (videoWidth > 0 && videoHeight > 0) setShape(`${videoWidth} / ${videoHeight}`);
          }}
        />
        <div
          className={css['region']}
          data-seen={state.seen}
          style={{ width: `${searched.width * 100}%`, height: `${searched.height * 100}%` }}
        />
      </div>
    </div>
  );
}

function Trouble(props: {
  readonly problem: NonNullable<ScanCameraState['problem']> | 'reader';
  readonly onAgain: () => void;
}) {
  const t = useText();
  return (
    <div className={css['trouble']} role="alert">
      <p className={css['troubleWhy']}>
        <IconAlertTriangle size="1.25rem" aria-hidden />
        {t(`camera.problem.${props.problem}.why`)}
      </p>
      <p>{t(`camera.problem.${props.problem}.todo`)}</p>
      <button
        type="button"
        className={css['button']}
        onClick={(event) => {
          letGo(event);
          props.onAgain();
        }}
      >
        {t('camera.again')}
      </button>
    </div>
  );
}

function State(props: { readonly said: Said | null }) {
  if (props.said === null) return null;
  const { tone, icon: Icon, words } = props.said;
  return (
    <p className={css['state']} data-tone={tone} role="status">
      <Icon className={css['stateIcon']} size="1.25rem" stroke={1.9} aria-hidden />
      {words}
    </p>
  );
}

/** The state word; null where the trouble says it all. */
function said(t: Text, state: ScanCameraState): Said | null {
  if (state.reader === 'failed' || state.problem !== null) return null;
  if (state.light === 'off') return { tone: 'neutral', icon: IconCameraOff, words: t('camera.state.off') };
  if (state.light === 'starting') return { tone: 'waiting', icon: IconCamera, words: t('camera.state.starting') };
  if (state.reader === 'restarting')
    return { tone: 'attention', icon: IconAlertTriangle, words: t('camera.state.restarting') };
  if (state.reader === 'loading') return { tone: 'waiting', icon: IconCamera, words: t('camera.state.loading') };
  if (state.isHeld) return { tone: 'attention', icon: IconPlayerPause, words: t('camera.state.held') };
  return state.seen === 'taken'
    ? { tone: 'done', icon: IconCircleCheck, words: t('camera.state.taken') }
    : { tone: 'neutral', icon: IconFocusCentered, words: t('camera.state.looking') };
}

function pictureSaid(t: Text, outcome: PictureOutcome): Said {
  const words = t(`camera.outcome.${outcome}`);
  switch (outcome) {
    case 'reading':
      return { tone: 'waiting', icon: IconPhoto, words };
    case 'read':
      return { tone: 'done', icon: IconCircleCheck, words };
    default:
      return { tone: 'refused', icon: IconCircleX, words };
  }
}
