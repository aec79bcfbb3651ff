// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/database.h"

#include <QTemporaryDir>

#include <memory>

namespace nephele::test {

// A migrated database in a place of its own, gone with this object.
class TestDatabase
{
public:
    static Result<std::unique_ptr<TestDatabase>> open(
        Engine engine = Engine::Sqlite, const Clock &clock = Clock::system());

    Database &operator*() const { return *m_database; }
    Database *operator->() const { return m_database.get(); }

private:
    TestDatabase() = default;

    QTemporaryDir m_folder;
    std::unique_ptr<Database> m_database;
};

// The global row "engine" of a class that runs on both engines: call it from initTestCase_data() and fetch
// with QFETCH_GLOBAL(nephele::Engine, engine). A plain run has SQLite; the run that nephele_add_tests makes
// for POSTGRESQL has the other.
void addEngineRows();

} // namespace nephele::test

Q_DECLARE_METATYPE(nephele::Engine)
