import { Bar, BarChart, Cell, LabelList, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import type { DayFigures } from '../../shared/model/daySummary.ts';
import { figure, share } from '../lists/formats.ts';
import { useText } from '../text/index.ts';
import { busiest, hourBars, hourLabel, type Term, terms } from './equation.ts';
import look from './today.module.css';

const ink = { fill: 'var(--ink)', fontSize: 15, fontWeight: 600 };
const axis = { fill: 'var(--ink-2)', fontSize: 14 };

/** People bound in each hour. One shade, the figure on every bar, the busiest hour darkest: it reads on any printer. */
export function HourChart(props: { readonly figures: DayFigures }) {
  const t = useText();
  const bars = hourBars(props.figures);
  const top = busiest(bars);
  if (top === null) return null;
  const label = t('today.chartHours', { hour: hourLabel(top.hour), n: top.registered });
  return (
    <div className={look['hours']} role="img" aria-label={label}>
      <ResponsiveContainer width="100%" height="100%">
        <BarChart data={[...bars]} margin={{ top: 28, right: 8, bottom: 0, left: 8 }} accessibilityLayer={false}>
          <XAxis
            dataKey="label"
            tick={axis}
            tickLine={false}
            axisLine={{ stroke: 'var(--line-strong)' }}
            interval={0}
            height={28}
          />
          <Bar dataKey="registered" isAnimationActive={false} radius={[5, 5, 0, 0]} maxBarSize={56}>
            {bars.map((bar) => (
              <Cell key={bar.hour} fill={bar.hour === top.hour ? 'var(--chart-strong)' : 'var(--chart)'} />
            ))}
            <LabelList
              dataKey="registered"
              position="top"
              offset={8}
              {...ink}
              formatter={(value: unknown) => (value === 0 ? '' : figure(Number(value)))}
            />
          </Bar>
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}

/** Solid is settled, hatched is still open, outlined does not count: the three are told apart without any colour. */
const fills: Readonly<Record<Term, string>> = {
  negative: 'var(--chart)',
  positive: 'var(--positive)',
  invalid: 'var(--attention)',
  pending: 'url(#today-open)',
  void: 'transparent',
};

/** Tests by result, each bar with its word, its figure and its share. */
export function ResultChart(props: { readonly figures: DayFigures }) {
  const t = useText();
  const { total } = props.figures;
  const bars = terms.map((term) => {
    const percent = share(total[term], total.registered);
    const count = figure(total[term]);
    return {
      term,
      word: t(`today.${term}`),
      n: total[term],
      label: total[term] === 0 || percent === null ? count : `${count} · ${percent}`,
    };
  });
  return (
    <div className={look['hours']} role="img" aria-label={t('today.chartResults')}>
      <ResponsiveContainer width="100%" height="100%">
        <BarChart
          data={bars}
          layout="vertical"
          margin={{ top: 0, right: 104, bottom: 0, left: 0 }}
          accessibilityLayer={false}
        >
          <defs>
            <pattern id="today-open" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <rect width="6" height="6" fill="var(--waiting-pale)" />
              <rect width="3" height="6" fill="var(--waiting)" />
            </pattern>
          </defs>
          <XAxis type="number" hide domain={[0, 'dataMax']} />
          <YAxis
            type="category"
            dataKey="word"
            tick={{ ...axis, fontSize: 15 }}
            tickLine={false}
            axisLine={false}
            width={88}
          />
          <Bar dataKey="n" isAnimationActive={false} radius={[0, 5, 5, 0]} barSize={22} minPointSize={2}>
            {bars.map((bar) => (
              <Cell key={bar.term} fill={fills[bar.term]} stroke={bar.term === 'void' ? 'var(--ink-3)' : 'none'} />
            ))}
            <LabelList dataKey="label" position="right" offset={8} {...ink} />
          </Bar>
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}
