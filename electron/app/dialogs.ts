import path from 'node:path';
import { app, type BrowserWindow, dialog } from 'electron';
import type { Language } from '../../shared/language.ts';
import { safeFileName } from './fileName.ts';

/** The system's file dialogs, in front of the window, starting in the person's documents. */
export type Dialogs = {
  readonly open: (
    purpose: 'roster' | 'manifest' | 'products' | 'backup' | 'receipt',
    language: Language,
  ) => Promise<string | null>;
  readonly folder: (language: Language) => Promise<string | null>;
  readonly save: (
    suggestedName: string,
    kind: 'pdf' | 'csv' | 'xlsx' | 'zip' | 'handover' | 'any',
    language: Language,
  ) => Promise<string | null>;
};

const words = {
  'zh-CN': {
    roster: '选择人员名册',
    manifest: '选择试剂清单',
    products: '选择产品清单',
    backup: '选择备份文件',
    receipt: '选择中心给的回执',
    receipts: '交接回执',
    handover: '交接文件',
    folder: '选择放备份的文件夹',
    register: '备份文件',
    save: '保存',
    table: '表格文件（XLSX、CSV）',
    csv: '表格文件（CSV）',
    xlsx: '工作簿（XLSX）',
    all: '所有文件',
    pdf: 'PDF 文件',
    zip: '压缩包（ZIP）',
  },
  en: {
    roster: 'Choose a roster',
    manifest: 'Choose a kit list',
    products: 'Choose a list of products',
    backup: 'Choose a backup',
    receipt: 'Choose the receipt of the central service',
    receipts: 'Hand-over receipts',
    handover: 'Hand-over files',
    folder: 'Choose a folder for backups',
    register: 'Backups',
    save: 'Save',
    table: 'Tables (XLSX, CSV)',
    csv: 'Tables (CSV)',
    xlsx: 'Workbooks (XLSX)',
    all: 'All files',
    pdf: 'PDF files',
    zip: 'Archives (ZIP)',
  },
} as const;

export function systemDialogs(window: () => BrowserWindow | null): Dialogs {
  return {
    open: async (purpose, language) => {
      const text = words[language];
      const options: Electron.OpenDialogOptions = {
        title: text[purpose],
        properties: ['openFile'],
        filters: [
          purpose === 'backup'
            ? { name: text.register, extensions: ['db'] }
            : purpose === 'receipt'
              ? { name: text.receipts, extensions: ['yiceda-receipt'] }
              : { name: text.table, extensions: ['xlsx', 'csv', 'txt', 'tsv'] },
          { name: text.all, extensions: ['*'] },
        ],
      };
      const parent = window();
      const chosen = await (parent === null ? dialog.showOpenDialog(options) : dialog.showOpenDialog(parent, options));
      return chosen.canceled ? null : (chosen.filePaths[0] ?? null);
    },
    folder: async (language) => {
      const options: Electron.OpenDialogOptions = {
        title: words[language].folder,
        properties: ['openDirectory', 'createDirectory'],
      };
      const parent = window();
      const chosen = await (parent === null ? dialog.showOpenDialog(options) : dialog.showOpenDialog(parent, options));
      return chosen.canceled ? null : (chosen.filePaths[0] ?? null);
    },
    save: async (suggestedName, kind, language) => {
      const text = words[language];
      const filters = {
        pdf: [{ name: text.pdf, extensions: ['pdf'] }],
        csv: [
          { name: text.csv, extensions: ['csv'] },
          { name: text.xlsx, extensions: ['xlsx'] },
        ],
        xlsx: [
          { name: text.xlsx, extensions: ['xlsx'] },
          { name: text.csv, extensions: ['csv'] },
        ],
        zip: [{ name: text.zip, extensions: ['zip'] }],
        handover: [{ name: text.handover, extensions: ['yiceda-handover'] }],
        any: [{ name: text.all, extensions: ['*'] }],
      }[kind];
      const options: Electron.SaveDialogOptions = {
        title: text.save,
        defaultPath: path.join(app.getPath('documents'), safeFileName(suggestedName)),
        filters,
        properties: ['createDirectory', 'showOverwriteConfirmation'],
      };
      const parent = window();
      const chosen = await (parent === null ? dialog.showSaveDialog(options) : dialog.showSaveDialog(parent, options));
      return chosen.canceled || chosen.filePath === '' ? null : chosen.filePath;
    },
  };
}
