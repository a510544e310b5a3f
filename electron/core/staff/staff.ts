import { makeOwnCode } from '../../../shared/codes/ownCodes.ts';
import { StationError } from '../../../shared/errors.ts';
import type { Capability } from '../../../shared/model/rights.ts';
import type { Operator, Role } from '../../../shared/model/staff.ts';
import { gesture } from '../desk/calls.ts';
import { nothingDone } from '../desk/deskState.ts';
import { deskView } from '../desk/view.ts';
import { change, type Handlers, look } from '../dispatch.ts';
import { audit, type Station, signedIn } from '../station.ts';
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

/** A member of staff whom the one at the desk may keep. Throws NOT_FOUND, FORBIDDEN. */
function mustKeep(station: Station, operatorId: string): Operator {
  const operator = station.tables.operators.find(operatorId);
  if (operator === null) throw new StationError('NOT_FOUND', { what: 'operator' });
  allow(station, keeping(operator.role));
  return operator;
}

/** How many shifts the staff page shows. */
const shownShifts = 200;

type StaffMethod =
  | 'staff.list'
  | 'staff.listAll'
  | 'staff.signIn'
  | 'staff.lock'
  | 'staff.enrol'
  | 'staff.badges'
  | 'staff.changePin'
  | 'staff.resetPin'
  | 'staff.letGo'
  | 'staff.takeBack';

export const staffHandlers: Handlers<StaffMethod> = {
  'staff.list': look((station) => ({ operators: station.tables.operators.list() })),
  'staff.signIn': change({
    prepare: (station, { operatorId, pin }) => checkPin(station, operatorId, pin),
    run: (station, _input, operator) => {
      // They may have been let go while their PIN was checked.
      if (station.tables.operators.findSecret(operator.id) === null)
        throw new StationError('NOT_FOUND', { what: 'operator' });
      return changeOperator(station, operator, 'pin');
    },
    answer: (station) => deskView(station, null),
  }),
  'staff.lock': gesture((station) => lockDesk(station)),
  'staff.listAll': look((station) => {
    const nowMs = station.clock.now();
    return {
      staff: station.tables.operators.listAll().map(({ failedPins, lastFailedMs, ...member }) => ({
        ...member,
        waitMs: pinWaitMs(failedPins, lastFailedMs, nowMs),
      })),
      shifts: station.tables.shifts.list(shownShifts),
    };
  }),
  'staff.changePin': change({
    prepare: async (station, { pin, newPin }) => {
      const { id } = await checkPin(station, signedIn(station).id, pin);
      return { id, secret: await sealPin(newPin, 'newPin') };
    },
    run: (station, _input, { id, secret }) => {
      if (signedIn(station).id !== id) throw new StationError('NOT_ON_STAGE');
      station.tables.operators.setPin(id, secret);
      audit(station, 'staff.changePin', `operator:${id}`);
    },
    answer: () => ({}),
  }),
  'staff.resetPin': change({
    prepare: (_station, { newPin }) => sealPin(newPin, 'newPin'),
    run: (station, { operatorId }, secret) => {
      mustKeep(station, operatorId);
      // A desk left open must not give away its operator's own PIN: that is changed by whoever knows the former one.
      if (signedIn(station).id === operatorId) throw new StationError('OWN_PIN');
      station.tables.operators.setPin(operatorId, secret);
      audit(station, 'staff.resetPin', `operator:${operatorId}`);
    },
    answer: () => ({}),
  }),
  'staff.letGo': gesture((station, { operatorId }) => {
    const { role } = mustKeep(station, operatorId);
    const { operators } = station.tables;
    // Whoever has left already left then, and not now.
    if (operators.findSecret(operatorId) === null) return nothingDone;
    const others = operators.list().filter((each) => each.id !== operatorId);
    if (role === 'administrator' && others.every((each) => each.role !== 'administrator'))
      throw new StationError('LAST_ADMINISTRATOR');
    operators.setEnd(operatorId, station.clock.now());
    // The badge that they have never works again, not even when they come back.
    operators.setBadge(operatorId, makeOwnCode('YS', station.random));
    audit(station, 'staff.letGo', `operator:${operatorId}`);
    return station.operator.get()?.id === operatorId ? lockDesk(station, 'left') : nothingDone;
  }),
  'staff.takeBack': change({
    run: (station, { operatorId }) => {
      mustKeep(station, operatorId);
      if (station.tables.operators.findSecret(operatorId) !== null) return;
      station.tables.operators.setEnd(operatorId, null);
      audit(station, 'staff.takeBack', `operator:${operatorId}`);
    },
    answer: () => ({}),
  }),
  'staff.enrol': change({
    prepare: (_station, { pin }) => sealPin(pin),
    run: (station, { name, role }, secret) => {
      allow(station, keeping(role));
      return enrol(station, name, role, secret).operator.id;
    },
    answer: (station, id) => {
      const operator = station.tables.operators.find(id);
      const badge = badgeToShow(station, operator);
      if (operator === null || badge === null) throw new StationError('NOT_FOUND', { what: 'operator' });
      return { operator, badge };
    },
  }),
  'staff.badges': change({
    run: (station, { operatorIds, renew }) => {
      const ids = [...new Set(operatorIds)];
      for (const id of ids) {
        mustKeep(station, id);
        if (station.tables.operators.findSecret(id) === null) throw new StationError('NOT_FOUND', { what: 'operator' });
        if (renew) station.tables.operators.setBadge(id, makeOwnCode('YS', station.random));
        audit(station, 'staff.badgePrint', `operator:${id}`, { renewed: renew });
      }
      return ids;
    },
    answer: (station, ids) => ({
      badges: ids.flatMap((id) => {
        const operator = station.tables.operators.find(id);
        const badge = badgeToShow(station, operator);
        if (operator === null || badge === null) return [];
        return [{ operatorId: id, name: operator.name, role: operator.role, badge }];
      }),
    }),
  }),
};

/**
 * Read from the register each time, so that no badge stands among the remembered answers; and whoever sits here when a
 * request comes again may be another than who made it. Throws FORBIDDEN.
 */
function badgeToShow(station: Station, operator: Operator | null): string | null {
  if (operator === null) return null;
  allow(station, keeping(operator.role));
  return station.tables.operators.badgeOf(operator.id);
}
