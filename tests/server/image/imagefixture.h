// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/image/filebases.h"
#include "server/image/imageservice.h"
#include "server/image/imageworks.h"
#include "tests/support/blockfixture.h"
#include "tests/support/testdatabase.h"

#include <QProcess>

namespace nephele::test {

// Everything images stand on, in temporary folders, with blocks of 64 KiB.
class ImageFixture
{
public:
    explicit ImageFixture(Engine engine = Engine::Sqlite)
    {
        auto database = TestDatabase::open(engine);
        if (!database)
            qFatal("database: %s", qUtf8Printable(database.error().detail));
        m_database = std::move(*database);
        BlockOptions blocks = BlockFixture::defaults();
        blocks.blockBytes = 64 << 10;
        blocks.smallBytes = 4 << 10;
        blocks.strayMs = 3600 * 1000;
        m_blocks = std::make_unique<BlockFixture>(**m_database, blocks);
        ImageOptions options;
        options.scratchFolder = m_folder.filePath(QStringLiteral("scratch"));
        options.baseFolder = m_folder.filePath(QStringLiteral("bases"));
        options.mostVirtualBytes = 1LL << 40;
        options.baseGraceMs = -3600 * 1000;
        auto works = ImageWorks::open(m_blocks->store(), options);
        if (!works)
            qFatal("image works: %s", qUtf8Printable(works.error().detail));
        m_works = std::move(*works);
        m_bases = std::make_unique<FileBases>(*m_works);
    }

    Database &database() { return **m_database; }
    BlockFixture &blocks() { return *m_blocks; }
    ImageWorks &works() { return *m_works; }
    FileBases &bases() { return *m_bases; }

    QString file(const QString &name) const { return m_folder.filePath(name); }
    QString write(const QString &name, const QByteArray &content) const
    {
        QFile out(file(name));
        if (!out.open(QIODevice::WriteOnly) || out.write(content) != content.size())
            qFatal("cannot write %s", qUtf8Printable(out.fileName()));
        return out.fileName();
    }

    // A project to charge things to.
    void addProject(const ProjectId &id)
    {
        const auto added = database()
                               .write([id](Transaction &t) {
                                   return t.execute(R"(
                INSERT INTO project (id, domain, name, description, enabled, is_system, created_at_ms)
                VALUES (:id, 'default', :name, '', 1, 0, 1))",
                                       { { ":id", id.text() }, { ":name", id.text() } });
                               })
                               .result();
        if (!added)
            qFatal("project: %s", qUtf8Printable(added.error().detail));
    }

    // The files left in a folder of the fixture.
    QStringList filesIn(const QString &folder) const
    {
        return QDir(file(folder)).entryList(QDir::Files, QDir::Name);
    }

    qint64 count(const QByteArray &sql)
    {
        const auto found = database().read([&](ReadTransaction &t) {
            return t.row(sql, {}, [](const Row &row) { return row.integer(0); });
        });
        return found ? **found : -1;
    }

private:
    std::unique_ptr<TestDatabase> m_database;
    QTemporaryDir m_folder;
    std::unique_ptr<BlockFixture> m_blocks;
    std::unique_ptr<ImageWorks> m_works;
    std::unique_ptr<FileBases> m_bases;
};

// Runs a program of QEMU's in a folder; its words on failure, else nothing.
inline QString runTool(const QString &folder, const QString &program, const QStringList &arguments)
{
    QProcess tool;
    tool.setWorkingDirectory(folder);
    tool.setProcessChannelMode(QProcess::MergedChannels);
    tool.start(program, arguments);
    if (!tool.waitForFinished(30'000) || tool.exitCode() != 0)
        return program + QStringLiteral(": ") + tool.errorString() + QString::fromUtf8(tool.readAll());
    return {};
}

} // namespace nephele::test
