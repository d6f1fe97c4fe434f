import { describe, expect, it } from 'vitest';
import { Registry } from './registry.js';

class Flavours extends Registry<{ name: string }> {}

describe('Registry', () => {
  it('has its entries and their names in their order', () => {
    const flavours = new Flavours([{ name: 'vanilla' }, { name: 'lemon' }]);
    expect(flavours.names).toEqual(['vanilla', 'lemon']);
    expect(flavours.all[1]).toEqual({ name: 'lemon' });
  });

  it('fails when two entries have one name', () => {
    expect(() => new Flavours([{ name: 'lemon' }, { name: 'mint' }, { name: 'lemon' }])).toThrow(
      'Flavours has "lemon" twice.',
    );
  });
});
