import { NumberInput, Select, TextInput } from '@mantine/core';
import { useLook } from '../../lists/calls.ts';
import css from '../../lists/lists.module.css';
import { useText } from '../../text/index.ts';

export type LotChoice = { readonly productId: string | null; readonly lot: string; readonly count: number };
export const noLot: LotChoice = { productId: null, lot: '', count: 0 };

/** So many kits of a lot. */
export function LotFields(props: { readonly value: LotChoice; readonly onChange: (value: LotChoice) => void }) {
  const t = useText();
  const products = useLook('products.list', {});
  const { value, onChange } = props;
  return (
    <>
      <Select
        label={t('stock.product')}
        searchable
        value={value.productId}
        onChange={(productId) => onChange({ ...value, productId })}
        data={(products.value?.products ?? []).map(({ id, shortName }) => ({ value: id, label: shortName }))}
      />
      <div className={css['pair']}>
        <TextInput
          label={t('stock.lot')}
          maxLength={40}
          value={value.lot}
          onChange={(event) => onChange({ ...value, lot: event.currentTarget.value })}
        />
        <NumberInput
          label={t('stock.count')}
          min={0}
          max={1_000_000}
          value={value.count}
          onChange={(count) => onChange({ ...value, count: Number(count) })}
        />
      </div>
    </>
  );
}
