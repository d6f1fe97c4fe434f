import { brandColours } from '../web/brand-colours.js';

/** What pages make of a colour that cannot be read everywhere; empty where they take it as it is. */
export function colourSentence(colour: string): string {
  const [light, dark] = [brandColours(colour, 'light').accent, brandColours(colour, 'dark').accent];
  const taken = [
    light !== colour && `${light} on light pages`,
    dark !== colour && `${dark} on dark ones`,
  ].filter(Boolean);
  return taken.length === 0 ? '' : `So that text can be read in it, the colour is ${taken.join(', and ')}.`;
}
