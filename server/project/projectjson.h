// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/project/projectservice.h"

namespace nephele {

// Every key of projects and memberships in Synnefo's face (Astakos API guide, "Project"), both ways.

// New asks for what a new project cannot do without.
enum class WishKind { New, Change };
Result<ProjectWish> projectWishFromJson(const QByteArray &body, WishKind kind);

// {action: {"reason": text, "app_id": number}}; decisions need the number.
struct ProjectStep
{
    ProjectAction action = ProjectAction::Approve;
    std::optional<ApplicationNumber> application;
    QString reason;
};
Result<ProjectStep> projectStepFromJson(const QByteArray &body);

// {"join": {"project"}} or {"enroll": {"project", "user"}}. The project is unchecked text.
struct MembershipWish
{
    QString project;
    std::optional<QString> userName; // of enroll
};
Result<MembershipWish> membershipWishFromJson(const QByteArray &body);

// {action: reason}
Result<MembershipAction> membershipStepFromJson(const QByteArray &body);

// {"project_id": text}; Forbidden when it is missing, as Astakos has it.
Result<QString> defaultProjectFromJson(const QByteArray &body);

QByteArray projectJson(const ShownProject &shown);
QByteArray projectsJson(const QList<ShownProject> &shown);
QByteArray submittedJson(const SubmittedApplication &submitted);
QByteArray membershipJson(const ShownMembership &shown);
QByteArray membershipsJson(const QList<ShownMembership> &shown);
QByteArray membershipNumberJson(MembershipNumber number);

} // namespace nephele
