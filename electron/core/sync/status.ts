import type { SyncView } from '../../../shared/model/desk.ts';

/** How the uploader fares at this moment. */
export type SyncStatus = Pick<SyncView, 'state' | 'trouble' | 'lastContactAtMs' | 'nextTryAtMs'>;
