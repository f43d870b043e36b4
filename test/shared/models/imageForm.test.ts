import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageForm } from '../../../shared/models/imageForm.js';

/** `<width>x<height>x<channels>` of a shape. */
const formOf = (...shape: number[]) => {
  const form = imageForm(shape);
  return form && `${form.width}x${form.height}x${form.channels}`;
};

test('channels stand first or last, and first where both could be', () => {
  assert.equal(formOf(2, 3), '3x2x1');
  assert.equal(formOf(3, 20, 30), '30x20x3');
  assert.equal(formOf(20, 30, 3), '30x20x3');
  assert.equal(formOf(1, 20, 30), '30x20x1');
  assert.equal(formOf(20, 30, 4), '30x20x4');
  assert.equal(formOf(3, 20, 3), '3x20x3');
});

test('other shapes are no image', () => {
  for (const shape of [[], [5], [2, 20, 30], [20, 30, 5], [1, 3, 20, 30], [0, 3], [3, 0, 4]]) {
    assert.equal(imageForm(shape), undefined, String(shape));
  }
});
