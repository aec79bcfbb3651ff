// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/project/projectrecord.h"

#include <QMap>

#include <vector>

namespace nephele::test {

// The Astakos API guide's rules of projects once more, as plainly as they can be said: users and projects are
// numbers, states are words, nothing is kept anywhere. What the real ones are compared with.
class PlainProjects
{
public:
    using Outcome = std::optional<ErrorCode>; // nullopt: done
    static constexpr int operatorUser = -1; // a project admin; counts nowhere
    static constexpr int mostPending = 2;

    struct Wish
    {
        QString name; // empty: stays
        int owner = -2; // -2: stays
        QString joining; // empty: stays
        QString leaving;
        qint64 most = -1; // -1: stays
        qint64 endAtMs = -1;
        qint64 vms = -1; // of the project; a member's half of it
    };
    struct Application
    {
        QString state;
        int applicant = 0;
        Wish wish;
    };
    struct Project
    {
        QString state = QStringLiteral("uninitialized");
        Wish terms; // everything said
        std::vector<Application> applications;
        QMap<int, QString> members; // "gone": was taken away by the other face
        QMap<int, bool> managers;
    };

    explicit PlainProjects(int userCount) : pending(userCount, 0), defaults(userCount, -1) { }

    std::vector<Project> projects;
    std::vector<int> pending;
    std::vector<int> defaults; // -1: his own

    Outcome apply(int actor, Wish wish)
    {
        if (actor != operatorUser && pending[actor] >= mostPending)
            return ErrorCode::Conflict;
        Project project;
        if (wish.owner == -2)
            wish.owner = actor;
        project.terms = wish;
        project.applications.push_back({ QStringLiteral("pending"), actor, wish });
        projects.push_back(project);
        count(actor, 1);
        return {};
    }

    Outcome modify(int actor, int which, const Wish &wish)
    {
        Project &project = projects[which];
        if (!manages(actor, project))
            return ErrorCode::Forbidden;
        if (project.state == QStringLiteral("uninitialized") || project.state == QStringLiteral("deleted"))
            return ErrorCode::Conflict;
        Application &latest = project.applications.back();
        const bool replaces = latest.state == QStringLiteral("pending");
        const int freed = replaces && latest.applicant == actor ? 1 : 0;
        if (actor != operatorUser && pending[actor] - freed >= mostPending)
            return ErrorCode::Conflict;
        if (replaces) {
            count(latest.applicant, -1);
            latest.state = QStringLiteral("replaced");
        }
        project.applications.push_back({ QStringLiteral("pending"), actor, wish });
        count(actor, 1);
        return {};
    }

    Outcome decide(int actor, int which, const QString &action, bool isLatest)
    {
        Project &project = projects[which];
        Application &application = project.applications.back();
        const bool withdraws = action == QStringLiteral("cancel") || action == QStringLiteral("dismiss");
        if (actor != operatorUser && !(withdraws && application.applicant == actor))
            return ErrorCode::Forbidden;
        const QString wanted =
            action == QStringLiteral("dismiss") ? QStringLiteral("denied") : QStringLiteral("pending");
        if (!isLatest || application.state != wanted || project.state == QStringLiteral("deleted"))
            return ErrorCode::Conflict;
        if (action == QStringLiteral("approve")) {
            const Wish &wish = application.wish;
            if (isTaken(wish.name.isEmpty() ? project.terms.name : wish.name, which))
                return ErrorCode::Conflict;
            approve(project, wish);
        } else if (withdraws && project.state == QStringLiteral("uninitialized")) {
            project.state = QStringLiteral("deleted");
        }
        if (application.state == QStringLiteral("pending"))
            count(application.applicant, -1);
        application.state = action == QStringLiteral("approve") ? QStringLiteral("approved")
            : action == QStringLiteral("deny")                  ? QStringLiteral("denied")
            : action == QStringLiteral("cancel")                ? QStringLiteral("cancelled")
                                                                : QStringLiteral("dismissed");
        return {};
    }

    Outcome move(int actor, int which, const QString &action)
    {
        Project &project = projects[which];
        if (actor != operatorUser)
            return ErrorCode::Forbidden;
        if (action == QStringLiteral("suspend") && project.state == QStringLiteral("active")) {
            project.state = QStringLiteral("suspended");
        } else if (action == QStringLiteral("unsuspend") && project.state == QStringLiteral("suspended")) {
            project.state = QStringLiteral("active");
        } else if (action == QStringLiteral("terminate") && isLiving(project)) {
            terminate(which);
        } else if (action == QStringLiteral("reinstate") && project.state == QStringLiteral("terminated")
            && !isTaken(project.terms.name, which)) {
            project.state = QStringLiteral("active");
        } else {
            return ErrorCode::Conflict;
        }
        return {};
    }

    void expire(qint64 nowMs)
    {
        for (int i = 0; i < int(projects.size()); ++i) {
            if (projects[i].state == QStringLiteral("active") && projects[i].terms.endAtMs <= nowMs)
                terminate(i);
        }
    }

    Outcome join(int actor, int which)
    {
        Project &project = projects[which];
        if (!takesMembers(project) || isIn(project, actor)
            || project.members.value(actor) == QStringLiteral("requested"))
            return ErrorCode::Conflict;
        if (project.terms.joining == QStringLiteral("auto") && hasRoom(project))
            letIn(project, actor);
        else
            project.members[actor] = QStringLiteral("requested");
        return {};
    }

    Outcome enroll(int actor, int which, int user)
    {
        Project &project = projects[which];
        if (!manages(actor, project))
            return ErrorCode::Forbidden;
        if (!takesMembers(project) || !hasRoom(project) || isIn(project, user))
            return ErrorCode::Conflict;
        letIn(project, user);
        return {};
    }

    // accept, reject, cancel, leave, remove
    Outcome act(int actor, int which, int user, const QString &action)
    {
        Project &project = projects[which];
        const QString state = project.members.value(user);
        const bool isHis = action == QStringLiteral("cancel") || action == QStringLiteral("leave");
        if (isHis ? actor != operatorUser && actor != user : !manages(actor, project))
            return ErrorCode::Forbidden;
        const QString leaving = project.terms.leaving;
        const bool isRequested = state == QStringLiteral("requested");
        if (action == QStringLiteral("accept") && isRequested && takesMembers(project) && hasRoom(project)) {
            letIn(project, user);
        } else if (action == QStringLiteral("reject") && isRequested) {
            project.members[user] = QStringLiteral("rejected");
        } else if (action == QStringLiteral("cancel") && isRequested && isLiving(project)) {
            project.members[user] = QStringLiteral("cancelled");
        } else if (action == QStringLiteral("leave") && isIn(project, user)
            && leaving == QStringLiteral("moderated") && state != QStringLiteral("suspended")) {
            project.members[user] = QStringLiteral("leave_requested");
        } else if (isIn(project, user)
            && ((action == QStringLiteral("leave") && leaving == QStringLiteral("auto"))
                || (action == QStringLiteral("remove") && leaving != QStringLiteral("closed")))) {
            letGo(which, user, QStringLiteral("removed"));
        } else {
            return ErrorCode::Conflict;
        }
        return {};
    }

    Outcome setSuspended(int which, int user, bool isSuspended)
    {
        QString &state = projects[which].members[user];
        const QString from = isSuspended ? QStringLiteral("accepted") : QStringLiteral("suspended");
        if (state != from)
            return ErrorCode::Conflict;
        state = isSuspended ? QStringLiteral("suspended") : QStringLiteral("accepted");
        return {};
    }

    // As role member, by the other face.
    void add(int which, int user)
    {
        projects[which].members[user] = QStringLiteral("accepted");
        projects[which].managers[user] = false;
    }
    Outcome takeAway(int which, int user)
    {
        if (isUnknown(projects[which], user))
            return ErrorCode::NotFound;
        letGo(which, user, QStringLiteral("gone"));
        return {};
    }

    Outcome setDefault(int user, int which)
    {
        const Project &project = projects[which];
        if (isUnknown(project, user))
            return ErrorCode::NotFound;
        const QString state = project.members.value(user);
        const bool isUsable =
            state == QStringLiteral("accepted") || state == QStringLiteral("leave_requested");
        if (!isUsable || project.state != QStringLiteral("active"))
            return ErrorCode::Forbidden;
        defaults[user] = which;
        return {};
    }

    static bool isIn(const Project &project, int user)
    {
        const QString state = project.members.value(user);
        return state == QStringLiteral("accepted") || state == QStringLiteral("leave_requested")
            || state == QStringLiteral("suspended");
    }
    static bool isLiving(const Project &project)
    {
        return project.state == QStringLiteral("active") || project.state == QStringLiteral("suspended");
    }
    static bool hasRow(const Project &project)
    {
        return isLiving(project) || project.state == QStringLiteral("terminated");
    }

private:
    static bool isUnknown(const Project &project, int user)
    {
        const QString state = project.members.value(user);
        return state.isEmpty() || state == QStringLiteral("gone");
    }
    static bool manages(int actor, const Project &project)
    {
        return actor == operatorUser || project.terms.owner == actor;
    }
    static bool takesMembers(const Project &project)
    {
        return isLiving(project) && project.terms.joining != QStringLiteral("closed");
    }
    static bool hasRoom(const Project &project)
    {
        int inside = 0;
        for (auto member = project.members.cbegin(); member != project.members.cend(); ++member)
            inside += isIn(project, member.key()) ? 1 : 0;
        return inside < project.terms.most;
    }
    bool isTaken(const QString &name, int besides) const
    {
        for (int i = 0; i < int(projects.size()); ++i) {
            if (i != besides && isLiving(projects[i]) && projects[i].terms.name == name)
                return true;
        }
        return false;
    }
    void count(int user, int amount)
    {
        if (user != operatorUser)
            pending[user] += amount;
    }
    static void letIn(Project &project, int user)
    {
        project.members[user] = QStringLiteral("accepted");
        project.managers[user] = project.terms.owner == user;
    }
    void letGo(int which, int user, const QString &state)
    {
        projects[which].members[user] = state;
        if (defaults[user] == which)
            defaults[user] = -1;
    }
    void terminate(int which)
    {
        projects[which].state = QStringLiteral("terminated");
        for (int &one : defaults)
            one = one == which ? -1 : one;
    }
    static void approve(Project &project, const Wish &wish)
    {
        const bool isNew = project.state == QStringLiteral("uninitialized");
        const int former = isNew ? -2 : project.terms.owner;
        Wish &terms = project.terms;
        terms.name = wish.name.isEmpty() ? terms.name : wish.name;
        terms.owner = wish.owner == -2 ? terms.owner : wish.owner;
        terms.joining = wish.joining.isEmpty() ? terms.joining : wish.joining;
        terms.leaving = wish.leaving.isEmpty() ? terms.leaving : wish.leaving;
        terms.most = wish.most == -1 ? terms.most : wish.most;
        terms.endAtMs = wish.endAtMs == -1 ? terms.endAtMs : wish.endAtMs;
        terms.vms = wish.vms == -1 ? terms.vms : wish.vms;
        project.state = QStringLiteral("active");
        if (former == terms.owner)
            return;
        if (former != -2)
            project.managers[former] = false;
        if (!isIn(project, terms.owner))
            letIn(project, terms.owner);
        project.managers[terms.owner] = true;
    }
};

} // namespace nephele::test
