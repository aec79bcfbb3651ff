// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/database/transaction.h"
#include "model/project/projectrecord.h"

namespace nephele {

// rows: (number, project, state, applicant, what is asked for), one per application, kept for good; at most
// one of a project is pending.
class ProjectApplicationStore
{
public:
    static Result<std::optional<ProjectApplication>> find(const ReadTransaction &t, ApplicationNumber number);
    // The one of the project that waits for a decision.
    static Result<std::optional<ProjectApplication>> pendingOf(
        const ReadTransaction &t, const ProjectId &project);
    // A user's own that wait; at most `most`.
    static Result<QList<ProjectApplication>> pendingBy(
        const ReadTransaction &t, const UserId &applicant, int most);

    // The number in `application` is not read; the new one comes back.
    static Result<ApplicationNumber> insert(Transaction &t, const ProjectApplication &application);
    static Result<> setState(
        Transaction &t, ApplicationNumber number, ApplicationState state, const QString &reason);
};

} // namespace nephele
