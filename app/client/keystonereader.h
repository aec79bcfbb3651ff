// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client/session.h"
#include "model/base/result.h"

namespace nephele {

// Keystone v3, "Authentication and token management": bodies we send and the parts of replies we read.
struct ProjectName
{
    ProjectId id;
    QString name;
};

QByteArray passwordSignInBody(const Credentials &credentials);
QByteArray credentialSignInBody(const Credentials &credentials);
QByteArray tokenSignInBody(const QString &token, const ProjectId &project);
Result<Session> sessionFromTokenReply(const QByteArray &body);
Result<QList<ProjectName>> projectsFromReply(const QByteArray &body);

} // namespace nephele
