import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconCalendar, IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { isRealDay } from '../../shared/time.ts';
import { useText } from '../text/index.ts';
import { shiftDay } from './formats.ts';
import css from './lists.module.css';

/**
 * A day written `YYYY-MM-DD` in either language, typed or picked. The system's own date field would follow the
 * system's language instead of the program's.
 */
export function DayInput(props: {
  readonly label: string;
  readonly isLabelShown?: boolean;
  readonly placeholder?: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly onBlur?: () => void;
  readonly max?: string;
  readonly error?: string | null;
}) {
  const t = useText();
  const picker = useRef<HTMLInputElement>(null);
  const { label, isLabelShown = false, value, onChange, max, error = null } = props;
  return (
    <div className={css['dayInput']}>
      <TextInput
        {...(isLabelShown ? { label } : { 'aria-label': label })}
        inputMode="numeric"
        placeholder={props.placeholder ?? '2022-04-10'}
        maxLength={10}
        value={value}
        onChange={(event) =>
          onChange(
            event.currentTarget.value
              .normalize('NFKC')
              .replaceAll(/[/.年月]/g, '-')
              .replace('日', ''),
          )
        }
        {...(props.onBlur === undefined ? {} : { onBlur: props.onBlur })}
        error={error}
        rightSection={
          <ActionIcon variant="subtle" aria-label={t('lists.pickDay')} onClick={() => picker.current?.showPicker()}>
            <IconCalendar size="1.125rem" aria-hidden />
          </ActionIcon>
        }
      />
      <input
        ref={picker}
        className={css['picker']}
        type="date"
        tabIndex={-1}
        aria-hidden
        max={max}
        value={isRealDay(value) ? value : ''}
        onChange={(event) => {
          if (event.currentTarget.value !== '') onChange(event.currentTarget.value);
        }}
      />
    </div>
  );
}

/** One day of the site, with its neighbours; never later than today. */
export function DayField(props: {
  readonly value: string;
  readonly today: string;
  readonly onChange: (day: string) => void;
}) {
  const t = useText();
  const { value, today, onChange } = props;
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  return (
    <div className={css['dayField']}>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={t('lists.dayBefore')}
        onClick={() => onChange(shiftDay(value, -1))}
      >
        <IconChevronLeft size="1.125rem" aria-hidden />
      </ActionIcon>
      <DayInput
        label={t('lists.day')}
        max={today}
        value={text}
        onChange={(day) => {
          setText(day);
          if (isRealDay(day) && day >= '2000-01-01' && day <= today) onChange(day);
        }}
        onBlur={() => setText(value)}
      />
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={t('lists.dayAfter')}
        disabled={value >= today}
        onClick={() => onChange(shiftDay(value, 1))}
      >
        <IconChevronRight size="1.125rem" aria-hidden />
      </ActionIcon>
      {value !== today && (
        <Button variant="subtle" onClick={() => onChange(today)}>
          {t('lists.today')}
        </Button>
      )}
    </div>
  );
}
