import type { IconProps } from '@tabler/icons-react';

/** A bar code between the corners of a viewfinder, drawn as the other icons are. */
export function ScanIcon({ size = 24, stroke = 2, className, ...more }: IconProps) {
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: always beside its word
    <svg
      xmlns="http://www.w3.org/2000/svg"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={stroke}
      strokeLinecap="round"
      strokeLinejoin="round"
      className={className}
      {...more}
    >
      <path d="M4 8V6a2 2 0 0 1 2-2h2M4 16v2a2 2 0 0 0 2 2h2M16 4h2a2 2 0 0 1 2 2v2M16 20h2a2 2 0 0 0 2-2v-2" />
      <path d="M7.5 9v6M10.5 9v6M13.5 9v6M16.5 9v6" />
    </svg>
  );
}
