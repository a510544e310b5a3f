import { routes } from '../../shared/central.ts';
import { openapiOf } from '../openapi.ts';
import type { Route } from './route.ts';

/** The document of the routes given, and of itself. */
export function openapiRoute(others: readonly Route[]): Route {
  const route: Route = {
    method: 'GET',
    path: routes.openapi,
    operationId: 'getOpenapi',
    summary: 'This document.',
    asker: 'anybody',
    reply: null,
    problems: [],
    handle: async () => ({ ok: true, body: document }),
  };
  const document = openapiOf([...others, route]);
  return route;
}
