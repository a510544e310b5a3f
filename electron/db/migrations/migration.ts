/** One step of the schema. `version` becomes the file's `user_version`. */
export type Migration = { readonly version: number; readonly name: string; readonly sql: string };
