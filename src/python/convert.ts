import type { ConcreteTree } from './concreteTree';
import { Conversion } from './conversion/conversion';
import { statements } from './conversion/statements';
import type { Module } from './syntax';

/** Turns tree-sitter's tree into Python's abstract syntax. Never throws: what is no Python is `invalid`. */
export function convertModule(tree: ConcreteTree): Module {
  const conversion = new Conversion(tree.text);
  const body = statements(conversion, tree.root.children);
  return { body, errors: conversion.errors, lines: countLines(tree.text) };
}

function countLines(text: string): number {
  let lines = 1;
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) lines++;
  return lines;
}
