/**
 * Whether a row `test` of tests, of a row `station` of stations, is contested: another test holds the same kit, or two
 * stations of the site read it and said different things. SQL, two steps down indexes.
 */
export const isContested = `(
  EXISTS (SELECT 1 FROM later_holders WHERE later_holders.kit_key = test.kit_key)
  OR EXISTS (SELECT 1 FROM publications AS said
              WHERE said.site_id = station.site_id AND said.kind = 'readingConflict' AND said.item_id = test.id
                AND NOT said.is_gone))`;
