import { IconCircleCheck, IconCircleDashed } from '@tabler/icons-react';
import { dayWords } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Notice } from '../lists/Notice.tsx';
import type { PagedRow } from '../lists/PagedList.tsx';
import { SideSheet } from '../lists/SideSheet.tsx';
import { Mark } from '../lists/StatusMark.tsx';
import { useSite } from '../lists/site.ts';
import { addressWords, documentWords, sexAgeWords } from '../lists/words.ts';
import { useText } from '../text/index.ts';

/** What the roster holds of one person, as far as a list may show it. */
export function PersonDrawer(props: { readonly person: PagedRow<'people.list'> | null; readonly onClose: () => void }) {
  const t = useText();
  const site = useSite();
  const { person } = props;
  return (
    <SideSheet title={t('people.card')} isOpen={person !== null} onClose={props.onClose}>
      {person !== null && (
        <>
          <p className={css['sheetName']}>{person.name}</p>
          <p className={css['sheetUnder']}>{sexAgeWords(t, person)}</p>
          <dl className={css['facts']}>
            <dt>{t('people.address')}</dt>
            <dd>{addressWords(t, person.address) || t('people.noAddress')}</dd>
            <dt>{t('people.document')}</dt>
            <dd>{documentWords(t, person) || t('people.noDocument')}</dd>
            <dt>{t('people.phone')}</dt>
            <dd>{person.phoneMasked ?? t('people.noPhone')}</dd>
            <dt>{t('people.birthDate')}</dt>
            <dd>
              {person.birthDate === null ? t('lists.unknown') : dayWords(person.birthDate, site.language, site.today)}
            </dd>
            {person.guardianName !== null && (
              <>
                <dt>{t('imports.fields.guardianName')}</dt>
                <dd>{person.guardianName}</dd>
              </>
            )}
            <dt>{t('people.thisRound')}</dt>
            <dd>
              {person.testedThisRound ? (
                <Mark tone="done" icon={IconCircleCheck} word={t('people.tested')} />
              ) : (
                <Mark tone="neutral" icon={IconCircleDashed} word={t('people.notTested')} />
              )}
            </dd>
          </dl>
          <Notice tone="neutral">{t('people.masked')}</Notice>
        </>
      )}
    </SideSheet>
  );
}
