// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"

#include <QMap>

namespace nephele {

using ObjectId = Id<struct ObjectTag>;

enum class Versioning { Auto, None };

// What reading an object gives: its bytes; the segments its bytes list (static); the objects below the prefix
// it names (dynamic); another object.
enum class ObjectKind { Plain, StaticManifest, DynamicManifest, Symlink };

// Name to value, names in lower case. As a change to an account or container, an empty value takes the name
// away.
using PropertyMap = QMap<QString, QString>;

// What people say about a thing, and what the store itself acts on or sends: never mixed up.
struct Properties
{
    PropertyMap user;
    PropertyMap system;
    bool operator==(const Properties &) const = default;
};

// The objects of a project. Its counters are of current versions.
struct ObjectAccount
{
    ProjectId id;
    qint64 containers = 0;
    qint64 objects = 0;
    qint64 bytes = 0;
    qint64 createdAtMs = 0; // 0: nothing was ever stored
    qint64 updatedAtMs = 0;
    Properties properties;
};

struct ObjectContainer
{
    qint64 number = 0;
    ProjectId account;
    QString name;
    ProjectId payer; // whose quota is charged
    Versioning versioning = Versioning::None;
    qint64 objects = 0;
    qint64 bytes = 0;
    qint64 historyBytes = 0; // of versions that are not current
    qint64 createdAtMs = 0;
    qint64 updatedAtMs = 0;
    Properties properties; // filled by find() alone
};

// One state of an object: from validFromMs until the next one began.
struct ObjectVersion
{
    ObjectId object;
    qint64 container = 0;
    QString name;
    qint64 map = 0; // pinned by this version
    qint64 sizeBytes = 0; // stored and charged
    QString contentType;
    UserId author; // whose quota is charged
    QString etag = {}; // hex; empty while unknown
    ObjectKind kind = ObjectKind::Plain;
    std::optional<qint64> shownBytes = {}; // a manifest's: of all it stands for
    std::optional<qint64> deleteAtMs = {}; // gone from then on
    Properties properties = {};
    // The store's to say.
    qint64 number = 0;
    qint64 validFromMs = 0;
    std::optional<qint64> validToMs = {}; // nullopt: the current one

    bool isGone(qint64 nowMs) const { return deleteAtMs && *deleteAtMs <= nowMs; }
    qint64 listedBytes() const { return shownBytes.value_or(sizeBytes); }
    bool operator==(const ObjectVersion &) const = default;
};

} // namespace nephele
