#!/usr/bin/env node
console.log("linli");
