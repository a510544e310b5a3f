import { makeOwnCode } from '../../../shared/codes/ownCodes.ts';
import { StationError } from '../../../shared/errors.ts';
import type { Capability } from '../../../shared/model/rights.ts';
import type { Operator, Role } from '../../../shared/model/staff.ts';
import { gesture } from '../desk/calls.ts';
import { deskView } from '../desk/view.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { audit, type Station } from '../station.ts';
import { isRightPin, type PinSecret, sealPin } from './pin.ts';
import { pinWaitMs } from './pinWait.ts';
import { allow } from './rights.ts';
import { changeOperator, lockDesk } from './session.ts';

/** Writes a new member of staff; answers them with the badge code that is printed for them. Throws NAME_TAKEN. */
export function enrol(
  station: Station,
  name: string,
  role: Role,
  secret: PinSecret,
): { operator: Operator; badge: string } {
  if (station.tables.operators.isNameTaken(name)) throw new StationError('NAME_TAKEN', {}, 'name');
  const operator: Operator = { id: station.newId(), name, role };
  const badge = makeOwnCode('YS', station.random);
  station.tables.operators.insert({ ...operator, badge, ...secret, enrolledAtMs: station.clock.now() });
  audit(station, 'staff.enrol', `operator:${operator.id}`, { role });
  return { operator, badge };
}

async function checkPin(station: Station, operatorId: string, pin: string): Promise<Operator> {
  const { operators } = station.tables;
  const secret = operators.findSecret(operatorId);
  if (secret === null) throw new StationError('NOT_FOUND', { what: 'operator' });
  const waitMs = pinWaitMs(secret.failedPins, secret.lastFailedMs, station.clock.now());
  if (waitMs > 0) throw new StationError('PIN_WRONG', { waitMs }, 'pin');
  // Counted before it is checked: a program killed in between has not given a free try.
  operators.notePinFailure(operatorId, station.clock.now());
  if (!(await isRightPin(pin, secret))) {
    throw new StationError(
      'PIN_WRONG',
      { waitMs: pinWaitMs(secret.failedPins + 1, station.clock.now(), station.clock.now()) },
      'pin',
    );
  }
  operators.clearPinFailures(operatorId);
  return { id: secret.id, name: secret.name, role: secret.role };
}

/** Whoever holds a badge or knows a PIN can sign in with it: a supervisor gets none that may more than they. */
function keeping(role: Role): Capability {
  return role === 'operator' ? 'staff.keepOperators' : 'staff.keepOthers';
}

export const staffHandlers: Handlers<'staff.list' | 'staff.signIn' | 'staff.lock' | 'staff.enrol' | 'staff.badges'> = {
  'staff.list': look((station) => ({ operators: station.tables.operators.list() })),
  'staff.signIn': change({
    prepare: (station, { operatorId, pin }) => checkPin(station, operatorId, pin),
    run: (station, _input, operator) => changeOperator(station, operator, 'pin'),
    answer: (station) => deskView(station, null),
  }),
  'staff.lock': gesture((station) => lockDesk(station)),
  'staff.enrol': change({
    prepare: (_station, { pin }) => sealPin(pin),
    run: (station, { name, role }, secret) => {
      allow(station, keeping(role));
      return enrol(station, name, role, secret);
    },
    answer: (_station, stored) => stored,
  }),
  'staff.badges': change({
    run: (station, { operatorIds, renew }) => {
      const ids = [...new Set(operatorIds)];
      for (const id of ids) {
        const operator = station.tables.operators.find(id);
        if (operator === null) throw new StationError('NOT_FOUND', { what: 'operator' });
        allow(station, keeping(operator.role));
        if (renew) station.tables.operators.setBadge(id, makeOwnCode('YS', station.random));
        audit(station, 'staff.badgePrint', `operator:${id}`, { renewed: renew });
      }
      return ids;
    },
    // Read again from the register, so that no badge stands among the remembered answers; and whoever sits here when the
    // request comes again may be another than who made it.
    answer: (station, ids) => ({
      badges: ids.flatMap((id) => {
        const operator = station.tables.operators.find(id);
        const badge = station.tables.operators.badgeOf(id);
        if (operator === null || badge === null) return [];
        allow(station, keeping(operator.role));
        return [{ operatorId: id, name: operator.name, role: operator.role, badge }];
      }),
    }),
  }),
};
