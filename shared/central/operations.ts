/** What whoever runs the service asks of a process. */
import { z } from 'zod';

export const liveReplySchema = z.object({ status: z.literal('alive') });
export const readyReplySchema = z.object({ status: z.literal('ready') });
