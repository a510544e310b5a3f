import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** Shade 7 is the accent on light ground, shade 4 the one on dark. */
const accent: MantineColorsTuple = [
  '#e3f4f6',
  '#c8eaee',
  '#99dde5',
  '#66d0dc',
  '#3bc9db',
  '#22b3c6',
  '#128da0',
  '#0b7285',
  '#0a6272',
  '#08505d',
];

/** From the ink on dark ground down to the ground itself, so that Mantine's own surfaces are the design's. */
const dark: MantineColorsTuple = [
  '#eef1f3',
  '#d5dade',
  '#a9b2ba',
  '#8b949c',
  '#454d55',
  '#343b42',
  '#24292e',
  '#1d2125',
  '#17191d',
  '#15181b',
];

/** Fonts that carry Chinese well on each system; nothing is downloaded. */
const fontFamily =
  'var(--quotes), "PingFang SC", "Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Segoe UI", system-ui, sans-serif';

export const theme = createTheme({
  fontFamily,
  headings: { fontFamily, fontWeight: '700' },
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 4 },
  colors: { accent, dark },
  autoContrast: true,
  luminanceThreshold: 0.4,
  defaultRadius: 'md',
  radius: { xs: '4px', sm: '6px', md: '10px', lg: '12px', xl: '14px' },
  fontSizes: { xs: '0.875rem', sm: '0.9375rem', md: '1rem', lg: '1.1875rem', xl: '1.375rem' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  components: {
    InputWrapper: {
      styles: {
        label: { marginBottom: '0.25rem', fontSize: '1rem', fontWeight: 500 },
        description: { marginTop: '0.3125rem', fontSize: '0.9375rem', lineHeight: 1.4 },
        error: { marginTop: '0.3125rem', fontSize: '0.9375rem', fontWeight: 600, lineHeight: 1.4 },
      },
    },
  },
});

/** Mantine's own variables follow the design's; see tokens.css for these. */
export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--paper)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-2)',
    '--mantine-color-placeholder': 'var(--ink-3)',
    '--mantine-color-default': 'var(--paper)',
    '--mantine-color-default-hover': 'var(--hover)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-error': 'var(--refused)',
    '--mantine-color-anchor': 'var(--accent)',
  };
  return { variables: {}, light: shared, dark: shared };
};
