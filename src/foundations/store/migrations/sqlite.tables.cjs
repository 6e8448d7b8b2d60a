module.exports = require('../schema.sqlite.ts').sqliteTables;
