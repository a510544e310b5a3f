import { describe, expect, it } from 'vitest';
import { checkGtins, checkWindow, readMinutes } from '../../../renderer/kits/productForm.ts';
import { checkName, checkOffset, checkPin, isZone } from '../../../renderer/settings/checks.ts';
import { checkUrl, parkedCode, stateTone, stateWord } from '../../../renderer/sync/connection.ts';

describe('minutes as they are typed', () => {
  it.each([
    ['15', 15],
    ['１５', 15],
    [' 7.5 ', 7.5],
    ['7。5', 7.5],
    ['7,5', 7.5],
    ['-1', -1],
    ['0', 0],
  ])('reads %s', (text, minutes) => expect(readMinutes(text)).toBe(minutes));

  it.each(['', '十五', '15分', '1e3', '0x10', '1.', '--1', 'Infinity'])('does not guess %s', (text) =>
    expect(readMinutes(text)).toBeNull(),
  );
});

describe('the reading window', () => {
  it('may be left empty as a whole, never by half', () => {
    expect(checkWindow('', ' ')).toEqual({ window: null, opens: null, closes: null });
    expect(checkWindow('15', '').closes).toEqual({ code: 'windowNeedsBoth' });
    expect(checkWindow('', '20').opens).toEqual({ code: 'windowNeedsBoth' });
  });

  it('opens before it closes', () => {
    expect(checkWindow('15', '20').window).toEqual({ opensAfterMin: 15, closesAfterMin: 20 });
    expect(checkWindow('15', '15').closes).toEqual({ code: 'windowReversed', opens: '15' });
    expect(checkWindow('20', '15').window).toBeNull();
  });

  it('stays inside the bounds of the contract', () => {
    expect(checkWindow('240', '480').window).not.toBeNull();
    expect(checkWindow('241', '480').opens).toEqual({ code: 'windowOpensMost', most: 240 });
    expect(checkWindow('15', '481').closes).toEqual({ code: 'windowClosesMost', most: 480 });
    expect(checkWindow('-1', '20').opens).toEqual({ code: 'windowNegative' });
  });
});

describe('GTINs of a product', () => {
  it('takes 13 and 14 digits, one a line, and keeps 14', () => {
    expect(checkGtins('6901234567892\n06921734900135')).toEqual({
      gtins: ['06901234567892', '06921734900135'],
      fault: null,
    });
    expect(checkGtins('  ')).toEqual({ gtins: [], fault: null });
  });

  it('says which one is wrong, and how', () => {
    expect(checkGtins('6901234567893').fault).toEqual({ code: 'gtinCheck', gtin: '6901234567893' });
    expect(checkGtins('69012345').fault?.code).toBe('gtinCheck');
    expect(checkGtins('690123456789A').fault).toEqual({ code: 'gtinDigits', gtin: '690123456789A' });
    expect(checkGtins('6901234567892 06901234567892').fault).toEqual({ code: 'gtinDoubled', gtin: '06901234567892' });
  });
});

describe('settings as they are typed', () => {
  it('knows real time zones', () => {
    expect(isZone('Asia/Shanghai')).toBe(true);
    expect(isZone('Asia/Nowhere')).toBe(false);
    expect(isZone('上海')).toBe(false);
    expect(isZone('')).toBe(false);
  });

  it('asks for a name of 1 to 60 characters', () => {
    expect(checkName('  ')).toBe('nameNeeded');
    expect(checkName('村'.repeat(60))).toBeNull();
    expect(checkName('村'.repeat(61))).toBe('tooLong');
  });

  it('takes 0 to 60 minutes from binding to dropping', () => {
    expect(checkOffset('0')).toBeNull();
    expect(checkOffset('60')).toBeNull();
    expect(checkOffset('60.5')).toBe('offsetRange');
    expect(checkOffset('-1')).toBe('offsetRange');
    expect(checkOffset('两')).toBe('offsetNotNumber');
  });

  it('tells a PIN that everybody would try', () => {
    expect(checkPin('123')).toBe('pinShape');
    expect(checkPin('12a4')).toBe('pinShape');
    expect(checkPin('1111')).toBe('pinEasy');
    expect(checkPin('123456')).toBe('pinEasy');
    expect(checkPin('9876')).toBe('pinEasy');
    expect(checkPin('1212')).toBe('pinEasy');
    expect(checkPin('2580')).toBeNull();
    expect(checkPin('1234567890123')).toBe('pinShape');
  });
});

describe('the address of the central service', () => {
  it.each(['https://center.example.cn', 'http://127.0.0.1:8080', 'http://localhost:3000/', 'http://[::1]:80'])(
    'takes %s',
    (url) => expect(checkUrl(url)).toBeNull(),
  );

  it.each([
    ['', 'urlNeeded'],
    ['center.example.cn', 'urlShape'],
    ['ftp://center.example.cn', 'urlShape'],
    ['https://', 'urlShape'],
    ['https://name:word@center.example.cn', 'urlShape'],
    ['http://center.example.cn', 'urlUnsafe'],
    ['http://127.0.0.1.example.cn', 'urlUnsafe'],
    ['http://localhost.example.cn', 'urlUnsafe'],
  ])('refuses %s', (url, fault) => expect(checkUrl(url)).toBe(fault));
});

describe('the state of the upload', () => {
  it('says "about to" while records wait out the seconds of undo', () => {
    expect(stateWord({ state: 'idle', unsent: 0 })).toBe('idle');
    expect(stateWord({ state: 'idle', unsent: 2 })).toBe('idleWaiting');
    expect(stateTone({ state: 'idle', unsent: 2 })).toBe('waiting');
    expect(stateTone({ state: 'paused', unsent: 0 })).toBe('refused');
  });

  it('has words for a reason it never heard of', () => {
    expect(parkedCode('keyReused')).toBe('keyReused');
    expect(parkedCode('brandNew')).toBe('other');
  });
});
