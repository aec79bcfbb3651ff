// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/guest/seediso.h"

#include <QFile>
#include <QSet>

#include <archive.h>
#include <archive_entry.h>
#include <memory>

namespace nephele {

namespace {

struct ArchiveFree
{
    void operator()(archive *writer) const { archive_write_free(writer); }
    void operator()(archive_entry *entry) const { archive_entry_free(entry); }
};
using ArchiveWriter = std::unique_ptr<archive, ArchiveFree>;
using ArchiveEntry = std::unique_ptr<archive_entry, ArchiveFree>;

Error archiveError(const ArchiveWriter &writer, const QString &path)
{
    const char *words = archive_error_string(writer.get());
    return { ErrorCode::Unavailable, QStringLiteral("The seed disk could not be written."),
        path + QStringLiteral(": ") + QString::fromUtf8(words ? words : "libarchive gave no reason") };
}

Result<> append(
    const ArchiveWriter &writer, const QByteArray &name, const QByteArray *contents, const QString &path)
{
    const ArchiveEntry entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), name.constData());
    archive_entry_set_filetype(entry.get(), contents ? AE_IFREG : AE_IFDIR);
    archive_entry_set_perm(entry.get(), contents ? 0400 : 0500);
    archive_entry_set_uid(entry.get(), 0);
    archive_entry_set_gid(entry.get(), 0);
    archive_entry_set_size(entry.get(), contents ? contents->size() : 0);
    if (archive_write_header(writer.get(), entry.get()) != ARCHIVE_OK)
        return archiveError(writer, path);
    if (contents && !contents->isEmpty()
        && archive_write_data(writer.get(), contents->constData(), size_t(contents->size()))
            != contents->size())
        return archiveError(writer, path);
    return {};
}

} // namespace

Result<> writeIso(const QByteArray &label, const QList<SeedDocument> &documents, const QString &path)
{
    const ArchiveWriter writer(archive_write_new());
    const QByteArray options = "volume-id=" + label + ",rockridge=useful,joliet,pad";
    if (archive_write_set_format_iso9660(writer.get()) != ARCHIVE_OK
        || archive_write_set_options(writer.get(), options.constData()) != ARCHIVE_OK
        || archive_write_open_filename(writer.get(), QFile::encodeName(path).constData()) != ARCHIVE_OK)
        return archiveError(writer, path);
    QSet<QByteArray> folders;
    for (const SeedDocument &document : documents) {
        for (qsizetype slash = document.path.indexOf('/'); slash > 0;
             slash = document.path.indexOf('/', slash + 1)) {
            const QByteArray folder = document.path.left(slash);
            if (folders.contains(folder))
                continue;
            folders.insert(folder);
            if (const auto made = append(writer, folder, nullptr, path); !made)
                return made.error();
        }
        if (const auto written = append(writer, document.path, &document.contents, path); !written)
            return written.error();
    }
    if (archive_write_close(writer.get()) != ARCHIVE_OK)
        return archiveError(writer, path);
    return {};
}

} // namespace nephele
