import type { TestUpload } from '../../shared/model/test.ts';
import { momentWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { CentralMark } from '../lists/StatusMark.tsx';
import { useSite } from '../lists/site.ts';
import { useText } from '../text/index.ts';
import look from './results.module.css';

/** Which of a test's records the central service has, since when, and why not. */
export function UploadList(props: { readonly uploads: readonly TestUpload[] }) {
  const t = useText();
  const { zone, language, today } = useSite();
  return (
    <ol className={look['uploads']}>
      {props.uploads.map((upload) => (
        <li key={upload.chain} data-upload={upload.state}>
          <span>{t(`results.uploadKind.${upload.kind.replace('test.', '') as 'bound'}`)}</span>
          {upload.state === 'withdrawn' ? (
            <span className={css['quiet']}>{t('results.uploadWithdrawn')}</span>
          ) : (
            <CentralMark state={upload.state} />
          )}
          <span className={css['quiet']}>
            {momentWords(upload.settledAtMs ?? upload.createdAtMs, zone, language, today)}
          </span>
          {upload.state === 'parked' && <p className={css['quiet']}>{upload.message ?? upload.code}</p>}
        </li>
      ))}
    </ol>
  );
}
