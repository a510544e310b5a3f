const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * The month (UTC, 202204 for April 2022) in which an id was made, which is the partition that its row stands in; 0 where
 * the id is no UUID of version 7 (RFC 9562, 5.7) or says a month before 2020 or after 2099. The database's `month_of`
 * says the same.
 */
export function monthOf(id: string): number {
  if (!uuidV7.test(id)) return 0;
  const at = new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
  const month = at.getUTCFullYear() * 100 + at.getUTCMonth() + 1;
  return month >= 202001 && month <= 209912 ? month : 0;
}
