export const camera = {
  title: 'Scan by camera',
  key: 'F12',
  open: 'Scan by camera',
  close: 'Close',
  hintBefore: 'Or press',
  hintAfter: 'to scan by camera',
  picture: 'The camera’s picture; a code inside the frame is read',
  choose: 'Camera',
  unnamed: 'Camera {{n}}',
  torchOn: 'Light on',
  torchOff: 'Light off',
  file: 'Picture file…',
  fileHint: 'Or drop a picture here, or copy one and press Ctrl\u00A0V',
  drop: 'Let go to read this picture',
  turnOn: 'Turn the camera on',
  again: 'Try again',
  state: {
    off: 'The camera is off',
    starting: 'Turning the camera on…',
    loading: 'Getting ready to read…',
    looking: 'Hold the code inside the frame',
    taken: 'Read. Next one, please',
    held: 'Finish what is open first, then scan',
    restarting: 'The code reader had a problem and is starting again…',
  },
  problem: {
    none: {
      why: 'No camera was found',
      todo: 'Plug a camera in; it turns on by itself. A picture file can be read too.',
    },
    refused: {
      why: 'This computer does not allow the camera',
      todo: 'Allow this program to use the camera in the computer’s privacy settings, then try again.',
    },
    inUse: {
      why: 'Another program is using the camera',
      todo: 'Close the program that uses it (a meeting, for example), then try again.',
    },
    unplugged: { why: 'The camera was unplugged', todo: 'Plug it in again; it turns on by itself.' },
    other: {
      why: 'The camera does not start',
      todo: 'Unplug it, plug it in again and try again; if that fails, take another one.',
    },
    reader: {
      why: 'The code reader did not start',
      todo: 'Try again; if that fails, restart this program. Scanner guns work as ever.',
    },
  },
  outcome: {
    reading: 'Reading this picture…',
    read: 'The code in the picture was read',
    noCode: 'No code was read in the picture. Take one code only, larger and sharper, and try again.',
    tooLarge:
      'The picture is too large. Use one of at most 40 MB and 64 megapixels, or cut out the part with the code.',
    notPicture: 'This is not a picture that can be read. Use a JPG or PNG picture.',
    failed: 'This picture could not be read. Try again.',
  },
};
