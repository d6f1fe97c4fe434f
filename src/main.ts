#!/usr/bin/env node
import 'reflect-metadata';
import { run } from './app/run.js';

void run(process.argv.slice(2));
