module.exports = require('../schema.postgres.ts').postgresTables;
