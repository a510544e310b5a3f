import { IconChartBar } from '@tabler/icons-react';
import { useState } from 'react';
import type { Output } from '../../shared/contract.ts';
import { useLook } from '../lists/calls.ts';
import { DayField } from '../lists/DayField.tsx';
import { Awaited, Empty } from '../lists/Empty.tsx';
import { clockWithSeconds } from '../lists/formats.ts';
import css from '../lists/lists.module.css';
import { Paper, Screen } from '../lists/Screen.tsx';
import { useSite } from '../lists/site.ts';
import { useText } from '../text/index.ts';
import { BesideFigures } from './BesideFigures.tsx';
import { HourChart, ResultChart } from './charts.tsx';
import { Equation } from './Equation.tsx';
import { KitTable } from './KitTable.tsx';
import { PaperBar } from './PaperBar.tsx';
import { TallyTable } from './TallyTable.tsx';
import look from './today.module.css';

/** The day summary as it will be printed: the balance first, then the looks, then every figure. */
export function TodayScreen() {
  const t = useText();
  const { today, isKnown } = useSite();
  const [chosen, setChosen] = useState<string | null>(null);
  const day = chosen ?? today;
  return (
    <Screen title={t('today.title')} beside={isKnown && <DayField value={day} today={today} onChange={setChosen} />}>
      {isKnown && <Day key={day} day={day} />}
    </Screen>
  );
}

function Day(props: { readonly day: string }) {
  const looked = useLook('summary.get', { day: props.day });
  if (looked.value === undefined) {
    return (
      <Paper fill>
        <Awaited failure={looked.failure} onRetry={looked.again} />
      </Paper>
    );
  }
  return <Summary summary={looked.value} onPrinted={looked.again} />;
}

function Summary(props: { readonly summary: Output<'summary.get'>; readonly onPrinted: () => void }) {
  const t = useText();
  const { zone } = useSite();
  const { summary } = props;
  const { figures } = summary;
  const isEmpty = figures.total.registered === 0;
  return (
    <>
      <Paper>
        <Equation figures={figures} />
        <p className={look['taken']}>
          {t('today.balancedHint')} {t('today.taken', { clock: clockWithSeconds(summary.takenAtMs, zone) })}
        </p>
      </Paper>
      <PaperBar summary={summary} onPrinted={props.onPrinted} />
      {figures.kits !== undefined && (
        <Paper
          title={t('stock.dayTitle')}
          note={t('stock.dayWho', {
            who: figures.kits.at(-1)?.countedBy ?? '',
            by: figures.kits.at(-1)?.confirmedBy ?? '',
          })}
        >
          <KitTable lines={figures.kits} />
        </Paper>
      )}
      {isEmpty ? (
        <Paper>
          <Empty
            title={t('today.empty')}
            hint={t('today.emptyHint')}
            icon={<IconChartBar size="2.5rem" stroke={1.4} aria-hidden />}
          />
        </Paper>
      ) : (
        <div className={look['grid']}>
          <Paper title={t('today.byHour')} note={t('today.byHourNote')} className={look['wide']}>
            <HourChart figures={figures} />
          </Paper>
          <Paper title={t('today.byResult')}>
            <ResultChart figures={figures} />
          </Paper>
          <Paper title={t('today.byHourFigures')} className={look['wide']}>
            <TallyTable
              label={t('today.byHourFigures')}
              heading={t('today.hour')}
              lines={figures.byHour.map(({ hour, tally }) => ({
                key: String(hour),
                label: t('today.hourOf', {
                  hour: String(hour).padStart(2, '0'),
                  next: String(hour + 1).padStart(2, '0'),
                }),
                tally,
              }))}
              total={figures.total}
            />
          </Paper>
          <Paper title={t('today.also')}>
            <BesideFigures summary={summary} />
          </Paper>
          <Paper title={t('today.byProductLot')} className={look['whole']}>
            <TallyTable
              label={t('today.byProductLot')}
              heading={t('today.productLot')}
              lines={figures.byProductLot}
              total={figures.total}
            />
          </Paper>
          <Paper title={t('today.byOperator')} className={look['half']}>
            <TallyTable
              label={t('today.byOperator')}
              heading={t('today.operator')}
              lines={figures.byOperator}
              total={figures.total}
            />
          </Paper>
          <Paper title={t('today.byBuilding')} className={look['half']}>
            <TallyTable
              label={t('today.byBuilding')}
              heading={t('today.building')}
              lines={figures.byBuilding.map((group) => ({
                ...group,
                label: group.label === '' ? t('today.noBuilding') : group.label,
              }))}
              total={figures.total}
            />
          </Paper>
        </div>
      )}
      <div className={css['endSpace']} />
    </>
  );
}
