// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/frame/projectswitcher.h"

#include "app/widgets/paint.h"
#include "app/widgets/theme.h"

#include <QFontMetricsF>
#include <QMenu>
#include <QPainter>
#include <QRegularExpression>

namespace nephele {

static int badgeSize()
{
    return Theme::px(28);
}

QString initialsOf(const QString &name)
{
    static const QRegularExpression parting(QStringLiteral("[\\s._:@/-]+"));
    const QStringList words = name.split(parting, Qt::SkipEmptyParts);
    if (words.isEmpty())
        return {};
    if (words.size() == 1)
        return words.first().left(2).toUpper();
    return (words.at(0).left(1) + words.at(1).left(1)).toUpper();
}

ProjectSwitcher::ProjectSwitcher(QWidget *parent) : QAbstractButton(parent), m_menu(new QMenu(this))
{
    setObjectName(QStringLiteral("projectSwitcher"));
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(this, &QAbstractButton::clicked, this, &ProjectSwitcher::openMenu);
    connect(&Theme::instance(), &Theme::changed, this, [this] { updateGeometry(); });
    setAccount({});
}

void ProjectSwitcher::setAccount(const Account &account)
{
    m_account = account;
    setText(account.project.name);
    setEnabled(!account.project.id.isEmpty());
    setAccessibleName(account.project.name.isEmpty()
            ? tr("No project")
            : tr("Project %1. Change project").arg(account.project.name));
    setToolTip(account.project.name);
    m_menu->clear();
    for (const Account::Project &project : account.projects) {
        QAction *action = m_menu->addAction(project.name);
        action->setCheckable(true);
        action->setChecked(project == account.project);
        connect(action, &QAction::triggered, this, [this, id = project.id] { emit chosen(id); });
    }
    update();
}

void ProjectSwitcher::openMenu()
{
    m_menu->setMinimumWidth(width());
    m_menu->popup(mapToGlobal(rect().bottomLeft()));
}

QSize ProjectSwitcher::sizeHint() const
{
    return { Theme::px(200), Theme::lineHeight(44, 2) };
}

void ProjectSwitcher::paintEvent(QPaintEvent *)
{
    const Tokens &t = Theme::tokens();
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(Qt::NoPen);
    if (underMouse() && isEnabled()) {
        p.setBrush(t.pressed);
        p.drawRoundedRect(rect(), metric::radius, metric::radius);
    }
    const bool known = !text().isEmpty();
    const QRectF badge(metric::gapSmall, (height() - badgeSize()) / 2.0, badgeSize(), badgeSize());
    p.setBrush(known ? t.accentFill : t.track);
    p.drawRoundedRect(badge, metric::radius, metric::radius);
    paint::text(&p, badge, initialsOf(text()), Theme::font(Type::Strong), t.onAccent, Qt::AlignCenter);

    const QFont strong = Theme::font(Type::Strong);
    const QFont caption = Theme::font(Type::Caption);
    const qreal first = QFontMetricsF(strong).height();
    const qreal second = QFontMetricsF(caption).height();
    const qreal left = badge.right() + 10;
    const qreal right = width() - Theme::px(30);
    const qreal top = (height() - first - second) / 2;
    paint::text(
        &p, QRectF(left, top, right - left, first), known ? text() : tr("Not signed in"), strong, t.text);
    const QString who = m_account.role.isEmpty()
        ? m_account.userName
        : tr("%1, %2", "user, role").arg(m_account.userName, m_account.role);
    paint::text(&p, QRectF(left, top + first, right - left, second), who, caption, t.muted);

    p.setPen(QPen(known ? t.muted : t.faint, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const qreal s = Theme::scale();
    const QPointF c(width() - 16 * s, height() / 2.0);
    const QPointF up[] = { c + QPointF(-3.5, -3) * s, c + QPointF(0, -6.5) * s, c + QPointF(3.5, -3) * s };
    const QPointF down[] = { c + QPointF(-3.5, 3) * s, c + QPointF(0, 6.5) * s, c + QPointF(3.5, 3) * s };
    p.drawPolyline(up, 3);
    p.drawPolyline(down, 3);
}

} // namespace nephele
