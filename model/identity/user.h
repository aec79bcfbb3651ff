// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/project.h"

namespace nephele {

struct User
{
    UserId id;
    Domain domain;
    QString name; // what he signs in with; unique in the domain whatever its case
    QString email; // may be empty
    QString realName; // may be empty
    bool isEnabled = true;
    bool hasFirstPassword = false; // the one made up at first start is still good
    ProjectId defaultProject;
    qint64 createdAtMs = 0;
    bool operator==(const User &) const = default;

    ProjectId systemProject() const { return ProjectId::stored(id.text()); }
};

// A user with what proves him; never leaves identity.
struct UserWithHash
{
    User user;
    QString passwordHash; // model/identity/secret.h; empty fits nothing
};

} // namespace nephele
