/** Another program that holds a register's file locked until it is told to end. */
import { openRegister } from '../../../electron/db/open.ts';

const [file = '', dataKeyHex = ''] = process.argv.slice(2);
const db = openRegister({ file, dataKeyHex });
db.exec('BEGIN IMMEDIATE');
process.send?.('held');
process.on('disconnect', () => {
  db.close();
  process.exit();
});
