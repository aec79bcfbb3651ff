// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/colorscheme.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QGuiApplication>
#include <QLoggingCategory>
#include <QPalette>

namespace nephele {

static Q_LOGGING_CATEGORY(log, "nephele.look")

    // XDG Desktop Portal, org.freedesktop.portal.Settings.
    static const QString service = QStringLiteral("org.freedesktop.portal.Desktop");
static const QString path = QStringLiteral("/org/freedesktop/portal/desktop");
static const QString interface = QStringLiteral("org.freedesktop.portal.Settings");
static const QString appearance = QStringLiteral("org.freedesktop.appearance");
static const QString gnome = QStringLiteral("org.gnome.desktop.interface");
static constexpr int answerWithinMs = 1000;

static bool isDark(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

ColorScheme::ColorScheme(QObject *parent) : QObject(parent), m_startedDark(isDark(QGuiApplication::palette()))
{
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    if (!bus.connect(service, path, interface, QStringLiteral("SettingChanged"), this,
            SLOT(settingChanged(QDBusMessage))))
        qCWarning(log) << "the desktop's changes of light and dark cannot be followed";
    read(appearance, QStringLiteral("color-scheme"));
    read(appearance, QStringLiteral("contrast"));
    read(gnome, QStringLiteral("enable-animations"));
}

void ColorScheme::read(const QString &group, const QString &key)
{
    auto call = QDBusMessage::createMethodCall(service, path, interface, QStringLiteral("Read"));
    call << group << key;
    const QDBusPendingCall pending = QDBusConnection::sessionBus().asyncCall(call, answerWithinMs);
    auto *watcher = new QDBusPendingCallWatcher(pending, this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher, group, key] {
        const QDBusPendingReply<QVariant> reply = *watcher;
        if (reply.isValid() && !m_told.contains(key))
            take(group, key, reply.value());
        watcher->deleteLater();
    });
}

void ColorScheme::settingChanged(const QDBusMessage &message)
{
    const QVariantList arguments = message.arguments(); // group, key, value
    if (arguments.size() != 3)
        return;
    m_told.append(arguments.at(1).toString());
    m_told.removeDuplicates();
    take(arguments.at(0).toString(), arguments.at(1).toString(), arguments.at(2));
}

void ColorScheme::take(const QString &group, const QString &key, const QVariant &value)
{
    QVariant plain = value;
    while (plain.canConvert<QDBusVariant>()) // Read answers a variant inside a variant
        plain = plain.value<QDBusVariant>().variant();

    const auto before = std::tuple(m_dark, m_contrast, m_reducesMotion);
    if (group == appearance && key == QLatin1String("color-scheme")) {
        const uint wish = plain.toUInt(); // 0 no preference, 1 dark, 2 light
        m_dark = wish == 0 ? std::nullopt : std::optional(wish == 1);
    } else if (group == appearance && key == QLatin1String("contrast")) {
        m_contrast = plain.toUInt() == 1;
    } else if (group == gnome && key == QLatin1String("enable-animations")) {
        m_reducesMotion = !plain.toBool();
    }
    if (before != std::tuple(m_dark, m_contrast, m_reducesMotion))
        emit changed();
}

} // namespace nephele
