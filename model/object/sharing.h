// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/object/object.h"

#include <QStringList>

namespace nephele {

// Who may read and who may write an object. Entries: a user's id, "<account>:<group>", or "*", every user of
// the cloud. Who may write may read as well and stands among the writers only.
struct Sharing
{
    QStringList readers;
    QStringList writers;

    bool isEmpty() const { return readers.isEmpty() && writers.isEmpty(); }
    bool operator==(const Sharing &) const = default;
};

// The rights that hold for a name, and the object that gives them: the name's own, or a directory above it.
struct SharedFrom
{
    QString name;
    Sharing sharing;
    bool operator==(const SharedFrom &) const = default;
};

enum class SharedRight { None, Read, Write };

// Names in a row, from `from` on and below `to`; no `to`: to the end.
struct NameSpan
{
    QString from;
    std::optional<QString> to;
    bool operator==(const NameSpan &) const = default;
};

// Synnefo's directories are objects of their own, known by their type, with or without parameters.
bool isDirectoryType(const QString &contentType);

} // namespace nephele
