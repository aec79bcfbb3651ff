// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/compute/computeservice.h"

#include <QJsonObject>

namespace nephele {

// What server.create keeps in its operation beside the server's row: secrets, so that they go with the
// operation, and only until the seed is written.
struct CreationData
{
    QByteArray passwordHash;
    QStringList publicKeys; // OpenSSH lines
    QByteArray userData;
    QList<PersonalityFile> files;
    QStringList loginUsers; // whom the image says one signs in as; empty: its own default

    QJsonObject toJson() const;
    static CreationData fromJson(const QJsonObject &json);
};

} // namespace nephele
